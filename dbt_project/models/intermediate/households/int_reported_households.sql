-- Grain: one computed month and household for which an income was entered, or that was visited, in the month before.
-- Purpose: what villages and towns have done by the day of the run. Source: 新农组办〔2023〕3号 art. 5; marts.md.

with months as (
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
)

select
    coalesce(entered.month, visited.month) as month,
    coalesce(entered.household_id, visited.household_id) as household_id,
    entered.household_id is not null as is_entered,
    visited.household_id is not null as is_visited
from entered
full outer join visited
    on
        entered.month = visited.month
        and entered.household_id = visited.household_id
