-- Grain: one employment subsidy paid in the window to an active member of a household of the roster
-- (month, delivery, file, row_number).
-- Source: ledgers.md section 3; 新农组办〔2023〕3号 art. 6, 7.

with subsidies as (
    select * from {{ ref('int_employment_subsidies') }}
),

months as (
    select * from {{ ref('int_months') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
),

person_months as (
    select * from {{ ref('int_person_months') }}
)

select
    subsidies.month,
    {{ source_columns('subsidies') }},
    {{ ledger_person_columns('persons') }},
    {{ event_columns('subsidies.paid_on') }},
    person_months.is_worker,
    person_months.employment_status,
    subsidies.subsidy_type,
    subsidies.amount,
    subsidies.employer,
    subsidies.has_training
from subsidies
inner join months
    on subsidies.month = months.month
inner join persons
    on
        subsidies.month = persons.month
        and subsidies.person_id = persons.person_id
inner join person_months
    on
        subsidies.month = person_months.month
        and subsidies.person_id = person_months.person_id
