-- Grain: one purchase in the window from a household of the roster (month, delivery_month, file, row_number).
-- Purpose: who bought what from which household. Source: ledgers.md section 4; 新农组办〔2023〕3号 art. 12.

with purchases as (
    {{ ledger_rows('industry__consumption_assistance') }}
),

months as (
    select * from {{ ref('int_months') }}
)

select
    purchases.month,
    purchases.delivery_month,
    purchases.file,
    purchases.row_number,
    purchases.person_id,
    purchases.buyer,
    purchases.product,
    purchases.amount,
    purchases.bought_on
from purchases
inner join months
    on
        purchases.month = months.month
        and {{ is_in_window('purchases.bought_on') }}
