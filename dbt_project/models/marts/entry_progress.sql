-- Grain: one village (month, town, village).
-- Purpose: households entered and visited for the month before. Source: 新农组办〔2023〕3号 art. 5; marts.md.

with household_months as (
    select * from {{ ref('int_household_months') }}
),

months as (
    select * from {{ ref('int_months') }}
),

entered as (
    select distinct
        months.month,
        income_rows.household_id
    from months
    inner join {{ ref('stg_rural_revitalization__income_expense') }} as income_rows
        on
            months.previous_month = income_rows.income_month
            and {{ is_known('income_rows', 'months.knowledge_month') }}
),

visited as (
    select distinct
        months.month,
        visits.household_id
    from months
    inner join {{ ref('stg_rural_revitalization__visit') }} as visits
        on
            months.previous_month <= visits.visited_on
            and months.month > visits.visited_on
            and {{ is_known('visits', 'months.knowledge_month') }}
),

counted as (
    select
        household_months.month,
        household_months.town,
        household_months.village,
        count(*) as households,
        count(entered.household_id) as households_entered,
        count(visited.household_id) as households_visited
    from household_months
    left join entered
        on
            household_months.month = entered.month
            and household_months.household_id = entered.household_id
    left join visited
        on
            household_months.month = visited.month
            and household_months.household_id = visited.household_id
    group by household_months.month, household_months.town, household_months.village
)

select
    month,
    town,
    village,
    households,
    households_entered,
    households_visited,
    {{ ratio('households_entered', 'households') }} as entry_rate
from counted
