-- Grain: one active monitoring household of which no member is on social assistance (month, household_id).
-- Source: rules.md section 7; 新农组办〔2023〕3号 art. 4. Not applicable without the assistance roll.

with household_months as (
    select * from {{ ref('int_household_months') }}
)

select
    month,
    household_id,
    {{ household_columns() }},
    headcount,
    income_status,
    income_per_capita
from household_months
where
    {{ household_is_on('unassisted_monitored') }}
    and {{ is_applicable('household_months', 'unassisted_monitored') }}
