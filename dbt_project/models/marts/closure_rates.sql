-- Grain: one list of one recipient, and of the whole county; 全部 for all lists of a recipient (month, recipient, list).
-- Source: ledgers.md section 7; 新农组办〔2023〕3号 art. 25.

{{ config(tags=['between_checks']) }}

with rates as (
    select * from {{ ref('int_closure_rates') }}
)

select
    month,
    recipient,
    list,
    new_items,
    items,
    mended,
    answered,
    waived,
    recurring,
    overdue,
    open,
    closed,
    closure_rate,
    in_time,
    in_time_rate
from rates
