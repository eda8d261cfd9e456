-- Grain: one worker who has returned from work outside the county (month, person_id).
-- Purpose: whether anybody has offered a service since. Source: rules.md section 8; 新农组办〔2023〕3号 art. 6.

with returnees as (
    select * from {{ ref('int_returnees') }}
),

persons as (
    select * from {{ ref('int_person_months') }}
)

select
    returnees.month,
    returnees.person_id,
    {{ person_columns('persons') }},
    persons.employer as last_employer,
    persons.spell_work_area as last_work_area,
    persons.monthly_wage as last_monthly_wage,
    returnees.returned_on,
    returnees.days_since_return,
    returnees.services_since_return,
    returnees.is_overdue
from returnees
inner join persons
    on
        returnees.month = persons.month
        and returnees.person_id = persons.person_id
where {{ is_applicable('returnees', 'returnee_ledger') }}
