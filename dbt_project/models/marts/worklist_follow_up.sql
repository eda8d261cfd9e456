-- Grain: one item of work handed out to a town or department (month, item_code).
-- Purpose: what has become of every item: open, overdue, answered, recurring, waived, mended, gone.
-- Source: ledgers.md section 7; 新农组办〔2023〕3号 art. 25.

{{ config(tags=['between_checks']) }}

with items as (
    select * from {{ ref('int_work_items') }}
)

select
    month,
    item_code,
    list,
    kind,
    entity_key,
    household_id,
    person_id,
    town,
    village,
    recipient,
    recipient_kind,
    handed_out_month,
    handed_out_on,
    due_on,
    result,
    answered_on,
    waived_until,
    verified_income,
    state,
    is_late,
    is_recurring,
    days_open,
    months_open,
    months_since_answer
from items
