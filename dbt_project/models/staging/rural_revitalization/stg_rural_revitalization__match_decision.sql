-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one accepted row of one delivery of rural_revitalization__match_decision (events).
-- Purpose: types, person_key, and which row of a business key counts (rules.md section 2).

with landed as (
    select * from {{ source('landed', 'rural_revitalization__match_decision') }}
),

typed as (
    select
        delivery_month,
        file,
        cast(row_number as bigint) as row_number,
        review_id,
        decision,
        person_id,
        reason,
        cast(decided_on as date) as decided_on,
        decided_by,
        decided_on as dated_on
    from landed
),

keyed as (
    select
        *,
        coalesce(review_id, '')
        || '|' || coalesce(person_id, '') as business_key
    from typed
),

ranked as (
    select
        *,
        row_number() over (
            partition by delivery_month, business_key
            order by file desc, row_number desc
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
