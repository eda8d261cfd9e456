-- Grain: one extract whose rows, or one column whose share of blanks, changed since its previous delivery by as much as the
-- parameters intake.* say (month, extract, field; field is '' for the number of rows).
-- Purpose: no large change flows through silently; nothing stops because of it. Source: rules.md section 10 (K02).
-- The previous delivery is the latest one before in which the extract arrived. The first delivery of a flow brings the events
-- of a year, so the number of rows of the second is not compared with it; shares of blanks are.

with months as (
    select
        months.month,
        parameters.intake_row_change_ratio as row_change_ratio,
        parameters.intake_blank_share_jump as blank_share_jump
    from {{ ref('int_months') }} as months
    inner join {{ ref('int_parameters') }} as parameters
        on months.month = parameters.month
),

extracts as (
    select * from {{ ref('stg_reference__extracts') }}
),

deliveries as (
    select
        deliveries.extract,
        deliveries.delivery_month,
        deliveries.rows_received,
        extracts.kind,
        lag(deliveries.delivery_month) over (
            partition by deliveries.extract
            order by deliveries.delivery_month
        ) as previous_delivery,
        lag(deliveries.rows_received) over (
            partition by deliveries.extract
            order by deliveries.delivery_month
        ) as rows_previous_delivery,
        row_number() over (
            partition by deliveries.extract
            order by deliveries.delivery_month
        ) as delivery_number
    from {{ ref('int_deliveries') }} as deliveries
    inner join extracts
        on deliveries.extract = extracts.extract
    where deliveries.has_arrived
),

blanks as (
    select * from {{ ref('int_column_blanks') }}
),

row_changes as (
    select
        months.month,
        deliveries.extract,
        '' as field,
        cast(null as {{ text_type() }}) as field_header,
        deliveries.previous_delivery,
        deliveries.rows_received,
        deliveries.rows_previous_delivery,
        {{ ratio('deliveries.rows_received - deliveries.rows_previous_delivery', 'deliveries.rows_previous_delivery') }}
            as change_ratio,
        cast(null as decimal(18, 4)) as blank_share,
        cast(null as decimal(18, 4)) as blank_share_before
    from months
    inner join deliveries
        on months.month = deliveries.delivery_month
    where
        (deliveries.kind = 'roll' or deliveries.delivery_number > 2)
        and deliveries.rows_received <> deliveries.rows_previous_delivery
        and abs(deliveries.rows_received - deliveries.rows_previous_delivery)
        >= months.row_change_ratio * deliveries.rows_previous_delivery
),

blank_changes as (
    select
        months.month,
        deliveries.extract,
        blanks.field,
        blanks.field_header,
        deliveries.previous_delivery,
        deliveries.rows_received,
        deliveries.rows_previous_delivery,
        cast(null as decimal(18, 4)) as change_ratio,
        {{ ratio('blanks.rows_blank', 'blanks.rows_landed') }} as blank_share,
        {{ ratio('earlier.rows_blank', 'earlier.rows_landed') }} as blank_share_before
    from months
    inner join deliveries
        on months.month = deliveries.delivery_month
    inner join blanks
        on
            deliveries.extract = blanks.extract
            and deliveries.delivery_month = blanks.delivery_month
    inner join blanks as earlier
        on
            deliveries.extract = earlier.extract
            and deliveries.previous_delivery = earlier.delivery_month
            and blanks.field = earlier.field
    where
        -- a delivery without rows has no shares
        blanks.rows_landed > 0
        and earlier.rows_landed > 0
        and blanks.rows_blank * earlier.rows_landed <> earlier.rows_blank * blanks.rows_landed
        and abs(blanks.rows_blank * earlier.rows_landed - earlier.rows_blank * blanks.rows_landed)
        >= months.blank_share_jump * (blanks.rows_landed * earlier.rows_landed)
),

changes as (
    select * from row_changes

    union all

    select * from blank_changes
),

in_words as (
    select
        *,
        cast(cast(abs(change_ratio) * 100 as decimal(14, 1)) as {{ text_type() }}) || '%' as change_words,
        cast(cast(blank_share * 100 as decimal(14, 1)) as {{ text_type() }}) || '%' as share_words,
        cast(cast(blank_share_before * 100 as decimal(14, 1)) as {{ text_type() }}) || '%' as share_before_words,
        '上次（' || {{ month_text('previous_delivery') }} || '）' as previous_words
    from changes
)

select
    month,
    extract,
    field,
    field_header,
    previous_delivery,
    rows_received,
    rows_previous_delivery,
    change_ratio,
    blank_share,
    blank_share_before,
    case
        when field = ''
            then
                '收到 ' || cast(rows_received as {{ text_type() }}) || ' 行，' || previous_words
                || cast(rows_previous_delivery as {{ text_type() }}) || ' 行'
                || coalesce(case when change_ratio > 0 then '，增加 ' else '，减少 ' end || change_words, '')
                || '；请核对有没有漏报、重复或改变了范围'
        else
            '“' || field_header || '”空白占 ' || share_words || '，' || previous_words || '占 ' || share_before_words
            || '；请核对有没有漏填、错列'
    end as message
from in_words
