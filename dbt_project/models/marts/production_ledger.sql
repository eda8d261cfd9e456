-- Grain: one payment or contract of the window with a household of the roster (month, delivery, file, row_number).
-- Source: ledgers.md section 4; 新农组办〔2023〕3号 art. 11, 17. A contract's amount stands on each of its payments.

with links as (
    select * from {{ ref('int_production_links') }}
),

months as (
    select * from {{ ref('int_months') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
)

select
    links.month,
    {{ source_columns('links') }},
    {{ ledger_household_columns('persons') }},
    {{ event_columns('links.event_on') }},
    links.entity,
    links.entity_type,
    links.link_type,
    links.product,
    links.contract_number,
    links.signed_on,
    links.paid_on,
    links.contract_amount,
    links.paid_amount,
    links.unpaid_amount,
    links.is_overdue
from links
inner join months
    on links.month = months.month
inner join persons
    on
        links.month = persons.month
        and links.person_id = persons.person_id
