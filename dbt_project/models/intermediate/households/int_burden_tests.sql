-- Grain: one household of a computed month that is not listed but would be with its adjusted income (month, household_id).
-- Purpose: who falls below a line after medical and education burden. Source: rules.md section 7 (expenditure_burden).

with household_months as (
    select * from {{ ref('int_household_months') }}
),

months as (
    select * from {{ ref('int_months') }}
),

tests as (
    select * from {{ ref('int_line_tests') }}
)

select distinct
    household_months.month,
    household_months.household_id
from household_months
inner join months
    on household_months.month = months.month
inner join tests
    on
        months.month = tests.month
        and months.knowledge_month = tests.knowledge_month
        and household_months.household_id = tests.household_id
where
    not household_months.is_listed
    and tests.is_in_population
    and {{ fails_line('household_months.adjusted_income_12m', 'tests.amount', 'tests.comparator', 'tests.headcount') }}
