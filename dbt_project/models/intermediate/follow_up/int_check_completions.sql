-- Grain: one check in one month of which its outcome is known (month, list); list is the check.
-- Purpose: whether what a check did not find can be taken to be mended, and in which later month it first can: a check
-- that was not applicable mends nothing. Source: ledgers.md section 1, 7.

{{ config(tags=['between_checks']) }}

with known_months as (
    select * from {{ ref('int_known_months') }}
),

results as (
    select * from {{ ref('stg_checked__results') }}
),

outcomes as (
    select
        results.month,
        known_months.month_index,
        results.check_code as list,
        results.outcome in ('pass', 'fail') as is_complete
    from results
    inner join known_months
        on
            results.month = known_months.month
            and results.knowledge_month = known_months.knowledge_month
)

select
    month,
    list,
    '' as kind,
    '' as household_id,
    is_complete,
    min(case when is_complete then month_index end) over (
        partition by list
        order by month_index
        rows between 1 following and unbounded following
    ) as next_complete_index
from outcomes
