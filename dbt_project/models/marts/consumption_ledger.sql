-- Grain: one purchase in the window from a household of the roster (month, delivery, file, row_number).
-- Source: ledgers.md section 4; 新农组办〔2023〕3号 art. 12.

with purchases as (
    select * from {{ ref('int_purchases') }}
),

months as (
    select * from {{ ref('int_months') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
)

select
    purchases.month,
    {{ source_columns('purchases') }},
    {{ ledger_household_columns('persons') }},
    {{ event_columns('purchases.bought_on') }},
    purchases.buyer,
    purchases.product,
    purchases.amount
from purchases
inner join months
    on purchases.month = months.month
inner join persons
    on
        purchases.month = persons.month
        and purchases.person_id = persons.person_id
