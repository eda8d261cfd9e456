-- Grain: one shortfall of a household in scope or of one of its members (month, household_id, shortfall, person_id).
-- Source: rules.md section 7; 新农组办〔2023〕3号 art. 2 (两不愁三保障, 饮水).

with shortfalls as (
    select * from {{ ref('int_guarantee_shortfalls') }}
),

household_months as (
    select * from {{ ref('int_household_months') }}
    where is_in_scope
)

select
    shortfalls.month,
    shortfalls.household_id,
    shortfalls.shortfall,
    shortfalls.person_id,
    {{ household_columns('household_months') }},
    shortfalls.name,
    shortfalls.is_uncertain
from shortfalls
inner join household_months
    on
        shortfalls.month = household_months.month
        and shortfalls.household_id = household_months.household_id
