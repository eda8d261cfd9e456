-- Grain: one household in scope with a heavy medical or education burden (month, household_id).
-- Purpose: burden that stays after insurance and grants, and its levels. Source: rules.md section 7; 新农组办〔2023〕3号 art. 2.

with household_months as (
    select * from {{ ref('int_household_months') }}
    where is_in_scope
),

burden_tests as (
    select * from {{ ref('int_burden_tests') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

levelled as (
    select
        household_months.*,
        case
            when household_months.highest_medical_12m >= parameters.burden_medical_red then 'red'
            when household_months.highest_medical_12m >= parameters.burden_medical_warning then 'warning'
            when household_months.highest_medical_12m >= parameters.burden_medical_notice then 'notice'
        end as medical_level,
        case
            when household_months.highest_education_net >= parameters.burden_education_warning then 'warning'
        end as education_level,
        burden_tests.household_id is not null as falls_below_after_burden
    from household_months
    inner join parameters
        on household_months.month = parameters.month
    left join burden_tests
        on
            household_months.month = burden_tests.month
            and household_months.household_id = burden_tests.household_id
)

select *
from levelled
where
    (medical_level is not null or education_level is not null or is_heavy_ratio or falls_below_after_burden)
    and {{ is_applicable('levelled', 'expenditure_burden') }}
