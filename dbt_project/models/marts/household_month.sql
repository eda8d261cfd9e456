-- Grain: one household of the roster (month, household_id).
-- Purpose: the household fact table that the lists are read from. Source: rules.md section 3, 4, 7.

with household_months as (
    select * from {{ ref('int_household_months') }}
)

select
    month,
    household_id,
    {{ household_columns() }},
    suggested_town_code,
    headcount,
    income_status,
    months_observed,
    income_12m,
    income_12m_estimate,
    income_per_capita,
    wage_12m,
    business_12m,
    property_12m,
    transfer_12m,
    claim_12m,
    medical_12m,
    education_net,
    burden_ratio,
    adjusted_income_12m,
    members_on_assistance,
    members_disabled,
    members_in_school,
    workers,
    workers_employed,
    uninsured_members,
    is_poverty_alleviated,
    is_monitored,
    is_monitored_active,
    is_in_scope
from household_months
