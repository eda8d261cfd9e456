-- Grain: one household, monitoring month, knowledge and income line in force (month, knowledge_month, household_id, parameter).
-- Purpose: whether a household belongs to the line's populations, whether its income fails the amount, and both together.
-- Source: rules.md section 5, 6. Only complete incomes are compared; totals, never rounded averages.

with incomes as (
    select * from {{ ref('int_household_incomes') }}
    where income_status = 'complete'
),

lines as (
    select * from {{ ref('int_lines') }}
),

memberships as (
    {{ line_memberships() }}
),

compared as (
    select
        incomes.month,
        incomes.knowledge_month,
        incomes.household_id,
        incomes.headcount,
        incomes.income_12m,
        lines.parameter,
        lines.amount,
        lines.comparator,
        memberships.parameter is not null as is_in_population,
        {{ fails_line('incomes.income_12m', 'lines.amount', 'lines.comparator', 'incomes.headcount') }} as fails_amount
    from incomes
    inner join lines
        on incomes.month = lines.month
    left join memberships
        on
            incomes.month = memberships.delivery_month
            and incomes.household_id = memberships.household_id
            and lines.parameter = memberships.parameter
)

select
    *,
    is_in_population and fails_amount as is_below
from compared
