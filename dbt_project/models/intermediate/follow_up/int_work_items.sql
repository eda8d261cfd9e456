-- Grain: one item of work of a computed month (month, item_code).
-- Purpose: what it is called and whom it is about; what has become of it: the answer or the waiver that the run of the month
-- reads, the state, the first that applies, and the last answer to the same list and entity, whatever the month of its code.
-- Source: ledgers.md section 7; 新农组办〔2023〕3号 art. 25.

{{ config(tags=['between_checks']) }}

with items as (
    select * from {{ ref('int_item_places') }}
),

handout_days as (
    select * from {{ ref('int_handout_days') }}
),

answers as (
    select * from {{ ref('int_checked_answers') }}
    where entity_key is not null
),

checks as (
    select * from {{ ref('stg_reference__checks') }}
),

labels as (
    select * from {{ ref('stg_reference__value_labels') }}
    where column_name in ('list', 'kind')
),

names as (
    select * from {{ ref('int_issue_names') }}
),

feedback as (
    select
        delivery_month as month,
        has_arrived
    from {{ ref('int_deliveries') }}
    where extract = 'rural_revitalization__feedback'
),

-- a waiver is of a list and entity, or of a check that repeats the list, whatever month its item was handed out in
waiving as (
    select
        month,
        check_code as list,
        entity_key,
        item_code,
        result,
        answered_on,
        waived_until,
        verified_income,
        measure,
        reason,
        answered_by
    from answers
    where
        result = '豁免'
        and waived_until >= month
    union all
    select
        answers.month,
        checks.waives as list,
        coalesce(checks.waives_kind || ':', '') || answers.entity_key as entity_key,
        answers.item_code,
        answers.result,
        answers.answered_on,
        answers.waived_until,
        answers.verified_income,
        answers.measure,
        answers.reason,
        answers.answered_by
    from answers
    inner join checks
        on answers.check_code = checks.check_code
    where
        answers.result = '豁免'
        and answers.waived_until >= answers.month
        and checks.waives is not null
),

ranked_waivers as (
    select
        *,
        row_number() over (partition by month, list, entity_key order by waived_until desc, item_code asc) as rank_of_waiver
    from waiving
),

waivers as (
    select * from ranked_waivers
    where rank_of_waiver = 1
),

said_to_be_mended as (
    select distinct
        month,
        check_code as list,
        entity_key
    from answers
    where
        result = '已整改'
        and answered_on < month
),

joined as (
    select
        items.*,
        handed_out.handed_out_on,
        handed_out.due_on,
        own_days.read_until,
        coalesce(checks.check_code || ' ' || checks.title, list_labels.label || coalesce('·' || kind_labels.label, ''))
            as item_title,
        people.name,
        people.phone as person_phone,
        heads.name as head_name,
        checks.severity,
        answers.result as answer,
        answers.answered_on as answer_on,
        {% for column in [
            'result', 'answered_on', 'answered_by', 'waived_until', 'verified_income', 'measure', 'reason',
        ] -%}
        case when answers.item_code is null then waivers.{{ column }} else answers.{{ column }} end as {{ column }},
        {% endfor -%}
        latest.result as last_result,
        latest.answered_on as last_answered_on,
        latest.answered_by as last_answered_by,
        latest.reason as last_reason,
        waivers.item_code is not null as is_waived,
        items.presence = 'listed' and said_to_be_mended.list is not null as is_recurring,
        coalesce(feedback.has_arrived, false) as has_feedback
    from items
    inner join handout_days as own_days
        on items.month = own_days.month
    inner join handout_days as handed_out
        on items.handed_out_month = handed_out.month
    left join feedback
        on items.month = feedback.month
    left join answers
        on
            items.month = answers.month
            and items.item_code = answers.item_code
            and own_days.read_until >= answers.answered_on
    left join waivers
        on
            items.month = waivers.month
            and items.list = waivers.list
            and items.entity_key = waivers.entity_key
    left join said_to_be_mended
        on
            items.month = said_to_be_mended.month
            and items.list = said_to_be_mended.list
            and items.entity_key = said_to_be_mended.entity_key
    left join answers as latest
        on
            latest.is_latest
            and items.month = latest.month
            and items.list = latest.check_code
            and items.entity_key = latest.entity_key
    left join checks
        on items.list = checks.check_code
    left join labels as list_labels
        on
            list_labels.column_name = 'list'
            and items.list = list_labels.code
    left join labels as kind_labels
        on
            kind_labels.column_name = 'kind'
            and items.kind = kind_labels.code
    left join names as people
        on
            items.month = people.delivery_month
            and items.person_id = people.person_id
    left join names as heads
        on
            items.month = heads.delivery_month
            and items.household_id = heads.household_id
)

select
    month,
    item_code,
    list,
    kind,
    entity_key,
    household_id,
    person_id,
    town,
    village,
    recipient,
    recipient_kind,
    item_title,
    severity,
    name,
    person_phone,
    head_name,
    handed_out_month,
    handed_out_on,
    due_on,
    read_until,
    has_feedback,
    result,
    answered_on,
    answered_by,
    waived_until,
    verified_income,
    measure,
    reason,
    last_result,
    last_answered_on,
    last_answered_by,
    last_reason,
    case
        when presence in ('gone', 'mended') then presence
        when is_waived then 'waived'
        when presence = 'listed' and answer = '已整改' and answer_on < month then 'recurring'
        when answer_on is not null then 'answered'
        when due_on < read_until and has_feedback then 'overdue'
        else 'open'
    end as state,
    answer_on > due_on as is_late,
    is_recurring,
    greatest({{ days_between('handed_out_on', 'coalesce(answer_on, read_until)') }}, 0) as days_open,
    cast({{ months_between('handed_out_month', 'month') }} as bigint) as months_open,
    cast({{ months_between('answer_on', 'month') }} as bigint) as months_since_answer
from joined
