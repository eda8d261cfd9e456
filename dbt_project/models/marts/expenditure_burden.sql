-- Grain: one household in scope with a heavy medical or education burden (month, household_id).
-- Purpose: burden that stays after insurance and grants. Source: rules.md section 7; 新农组办〔2023〕3号 art. 2.

with burdens as (
    select * from {{ ref('int_expenditure_burdens') }}
)

select
    month,
    household_id,
    {{ household_columns() }},
    medical_12m,
    education_net,
    burden_ratio,
    medical_level,
    education_level,
    is_heavy_ratio,
    adjusted_income_12m,
    falls_below_after_burden
from burdens
