-- Grain: one household of which a month of the window is observed (month, household_id).
-- Purpose: dividends and rents that are registered, over observed months as the income is; a blank is nothing there. Source:
-- ledgers.md section 5; rules.md section 4.

with months as (
    select * from {{ ref('int_months') }}
),

income_months as (
    select * from {{ ref('int_income_months') }}
    where is_observed
)

select
    months.month,
    income_months.household_id,
    cast(sum(coalesce(income_months.asset_dividend, 0)) as decimal(14, 2)) as dividend_12m,
    cast(sum(coalesce(income_months.land_rent, 0)) as decimal(14, 2)) as rent_12m
from months
inner join income_months
    on
        months.month = income_months.month
        and months.knowledge_month = income_months.knowledge_month
group by months.month, income_months.household_id
