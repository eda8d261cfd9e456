-- Grain: one gap of a household in scope or of one of its members (month, gap, household_id, person_id).
-- Source: ledgers.md section 6; 新农组办〔2023〕3号 art. 7, 20.

with gaps as (
    select * from {{ ref('int_entitlement_gaps') }}
),

household_months as (
    select * from {{ ref('int_household_months') }}
),

runs as (
    select * from {{ ref('int_list_runs') }}
    where list = 'entitlement_gaps'
)

select
    gaps.month,
    gaps.gap,
    gaps.household_id,
    gaps.person_id,
    {{ household_columns('household_months') }},
    gaps.name,
    gaps.target_department,
    gaps.rests_on,
    gaps.period_from,
    gaps.period_to,
    gaps.found,
    gaps.amount,
    runs.first_month,
    runs.consecutive_months,
    gaps.is_uncertain
from gaps
inner join household_months
    on
        gaps.month = household_months.month
        and gaps.household_id = household_months.household_id
inner join runs
    on
        gaps.month = runs.month
        and gaps.gap = runs.kind
        and coalesce(nullif(gaps.person_id, ''), gaps.household_id) = coalesce(runs.person_id, runs.household_id)
