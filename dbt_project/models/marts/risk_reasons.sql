-- Grain: one risk of a household of the roster (month, household_id, risk).
-- Purpose: why a household is monitored, one reason a row. Source: extracts.yml, household_roster; 新农组办〔2023〕3号 art. 4.

with household_months as (
    select * from {{ ref('int_household_months') }}
),

risks as (
    select * from {{ ref('int_household_risks') }}
)

select
    household_months.month,
    household_months.household_id,
    {{ household_columns('household_months') }},
    household_months.is_in_scope,
    risks.risk,
    cast(risks.place as bigint) as risk_place
from household_months
inner join risks
    on
        household_months.month = risks.month
        and household_months.household_id = risks.household_id
