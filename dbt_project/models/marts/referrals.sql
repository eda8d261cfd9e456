-- Grain: one thing a department must act on (month, target_department, reason, household_id, person_id); households in scope.
-- Source: rules.md section 7; 新农组办〔2023〕3号 art. 4, 19, 20.

with reasons as (
    select * from {{ ref('int_referral_reasons') }}
),

household_months as (
    select * from {{ ref('int_household_months') }}
    where is_in_scope
)

select
    reasons.month,
    reasons.target_department,
    reasons.reason,
    reasons.household_id,
    reasons.person_id,
    {{ household_columns('household_months') }},
    reasons.name,
    reasons.is_uncertain
from reasons
inner join household_months
    on
        reasons.month = household_months.month
        and reasons.household_id = household_months.household_id
