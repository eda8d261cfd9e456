-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one accepted row of one delivery of rural_revitalization__feedback (events).
-- Purpose: types, person_key, and which row of a business key counts (rules.md section 2).

with landed as (
    select * from {{ source('landed', 'rural_revitalization__feedback') }}
),

typed as (
    select
        delivery_month,
        file,
        sheet,
        cast(row_number as bigint) as row_number,
        item_code,
        result,
        cast(verified_income as decimal(14, 2)) as verified_income,
        measure,
        reason,
        cast(waived_until as date) as waived_until,
        cast(answered_on as date) as answered_on,
        answered_by,
        row_seal,
        answered_on as dated_on
    from landed
),

keyed as (
    select
        *,
        coalesce(item_code, '') as business_key
    from typed
),

ranked as (
    select
        *,
        row_number() over (
            partition by delivery_month, business_key
            order by file desc, sheet desc, row_number desc
        ) = 1 as is_counted
    from keyed
),

final as (
    select
        *,
        case
            when is_counted then lead(delivery_month) over (
                partition by business_key, is_counted
                order by delivery_month
            )
        end as superseded_in
    from ranked
)

select * from final
