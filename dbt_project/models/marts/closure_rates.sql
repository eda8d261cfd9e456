-- Grain: one list of one recipient, and of the whole county; 全部 for all lists of a recipient (month, recipient, list).
-- Source: ledgers.md section 7; 新农组办〔2023〕3号 art. 25.

{{ config(tags=['between_checks']) }}

with rates as (
    select * from {{ ref('int_closure_rates') }}
),

areas as (
    select * from {{ ref('int_areas') }}
)

select
    rates.month,
    rates.recipient,
    coalesce(areas.is_total, false) as is_total,
    rates.list,
    rates.new_items,
    rates.items,
    rates.mended,
    rates.answered,
    rates.waived,
    rates.recurring,
    rates.overdue,
    rates.open,
    rates.closed,
    rates.closure_rate,
    rates.in_time,
    rates.in_time_rate
from rates
left join areas
    on rates.recipient = areas.town
