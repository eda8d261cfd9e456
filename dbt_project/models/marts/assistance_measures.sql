-- Grain: one assistance measure of the window for a household of the roster (month, delivery, file, row_number).
-- Source: ledgers.md section 4; 新农组办〔2023〕3号 art. 13-16, 21.

with measures as (
    select * from {{ ref('int_measures') }}
),

months as (
    select * from {{ ref('int_months') }}
),

households as (
    select * from {{ ref('int_households') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
)

select
    measures.month,
    {{ source_columns('measures') }},
    {{ ledger_household_columns('households') }},
    {{ event_columns('measures.measure_date') }},
    measures.person_id,
    persons.name,
    measures.measure_type,
    measures.measure_name,
    measures.amount,
    measures.responsible_department,
    measures.theme
from measures
inner join months
    on measures.month = months.month
inner join households
    on
        measures.month = households.delivery_month
        and measures.household_id = households.household_id
left join persons
    on
        measures.month = persons.month
        and measures.person_id = persons.person_id
