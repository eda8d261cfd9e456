-- Grain: one item of work handed out to a town or department (month, item_code).
-- Purpose: what has become of every item: open, overdue, answered, recurring, waived, mended, gone.
-- Source: ledgers.md section 7; 新农组办〔2023〕3号 art. 25.

{{ config(tags=['between_checks']) }}

with items as (
    select * from {{ ref('int_work_items') }}
),

areas as (
    select * from {{ ref('int_areas') }}
)

select
    items.month,
    items.item_code,
    items.list,
    items.kind,
    items.entity_key,
    items.household_id,
    items.person_id,
    items.town,
    areas.town_code,
    items.village,
    items.recipient,
    items.recipient_kind,
    items.handed_out_month,
    items.handed_out_on,
    items.due_on,
    items.result,
    items.answered_on,
    items.waived_until,
    items.verified_income,
    items.measure,
    items.reason,
    items.answered_by,
    items.state,
    -- called mended; the data have not shown it yet
    coalesce(items.state = 'answered' and items.result = '已整改', false) as is_to_verify,
    items.is_late,
    items.is_recurring,
    items.days_open,
    items.months_open,
    items.months_since_answer,
    items.last_result,
    items.last_answered_on,
    items.last_answered_by,
    items.last_reason
from items
left join areas
    on items.town = areas.town
