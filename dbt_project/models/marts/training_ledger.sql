-- Grain: one training of the window of an active member of a household of the roster (month, delivery, file, row_number).
-- Source: ledgers.md section 3; 新农组办〔2023〕3号 art. 9, 15.

with trainings as (
    select * from {{ ref('int_trainings') }}
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
    trainings.month,
    {{ source_columns('trainings') }},
    {{ ledger_person_columns('persons') }},
    {{ event_columns('trainings.served_on') }},
    trainings.course,
    trainings.result,
    person_months.needs_training,
    trainings.subsidy_paid,
    trainings.services_after,
    person_months.employment_status
from trainings
inner join months
    on trainings.month = months.month
inner join persons
    on
        trainings.month = persons.month
        and trainings.person_id = persons.person_id
inner join person_months
    on
        trainings.month = person_months.month
        and trainings.person_id = person_months.person_id
