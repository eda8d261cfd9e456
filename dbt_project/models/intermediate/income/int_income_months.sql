-- Grain: one household, income month, monitoring month and knowledge (month, knowledge_month, household_id, income_month).
-- Purpose: the income entries of each window as known. A month is observed when all five components are filled; blank is not
-- zero. Source: rules.md section 4, method operational_v1.

with listing_months as (
    select * from {{ ref('int_listing_months') }}
),

income_rows as (
    select * from {{ ref('stg_rural_revitalization__income_expense') }}
),

known as (
    select
        listing_months.month,
        listing_months.knowledge_month,
        income_rows.household_id,
        income_rows.income_month,
        income_rows.wage_income,
        income_rows.business_income - income_rows.business_expense as business_net,
        income_rows.property_income,
        income_rows.asset_dividend,
        income_rows.land_rent,
        income_rows.transfer_income,
        income_rows.claim_income
    from listing_months
    inner join income_rows
        on
            listing_months.window_start <= income_rows.income_month
            and listing_months.month > income_rows.income_month
            and {{ is_known('income_rows', 'listing_months.knowledge_month') }}
)

select
    *,
    wage_income + business_net + property_income + transfer_income as net_income,
    wage_income + business_net + property_income + transfer_income is not null as is_observed
from known
