-- Grain: one village (month, town, village).
-- Purpose: households entered and visited for the month before. Source: 新农组办〔2023〕3号 art. 5; marts.md.

with household_months as (
    select * from {{ ref('int_household_months') }}
),

reported as (
    select * from {{ ref('int_reported_households') }}
),

counted as (
    select
        household_months.month,
        household_months.town,
        household_months.town_code,
        household_months.village,
        count(*) as households,
        count(case when reported.is_entered then 1 end) as households_entered,
        count(case when reported.is_visited then 1 end) as households_visited
    from household_months
    left join reported
        on
            household_months.month = reported.month
            and household_months.household_id = reported.household_id
    group by household_months.month, household_months.town, household_months.town_code, household_months.village
)

select
    month,
    town,
    town_code,
    village,
    households,
    households_entered,
    households_visited,
    {{ ratio('households_entered', 'households') }} as entry_rate
from counted
