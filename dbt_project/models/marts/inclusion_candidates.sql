-- Grain: one household below the inclusion line that is not an active monitoring household (month, household_id).
-- Source: rules.md section 7; 新农组办〔2023〕3号 art. 2.

with household_months as (
    select * from {{ ref('int_household_months') }}
)

select
    month,
    household_id,
    {{ household_columns() }},
    headcount,
    income_12m,
    income_per_capita,
    inclusion_line,
    cast(inclusion_line * headcount - income_12m as decimal(14, 2)) as shortfall
from household_months
where {{ household_is_on('inclusion_candidates') }}
