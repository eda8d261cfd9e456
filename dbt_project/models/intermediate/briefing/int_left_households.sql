-- Grain: one household that has left the warning list since the month before (month, household_id).
-- Purpose: on the list of the month before, as known then, and not on that of the month; in the town of then.
-- Source: ledgers.md section 8, warning_left.

{{ config(materialized='view') }}

with months as (
    select * from {{ ref('int_months') }}
),

listings as (
    select * from {{ ref('int_listings') }}
    where is_listed
)

select
    months.month,
    listed_then.household_id,
    households.town,
    households.village,
    households.head_name
from months
inner join listings as listed_then
    on
        months.previous_month = listed_then.month
        and months.previous_month = listed_then.knowledge_month
inner join {{ ref('int_households') }} as households
    on
        listed_then.month = households.delivery_month
        and listed_then.household_id = households.household_id
left join listings as listed_now
    on
        months.month = listed_now.month
        and months.knowledge_month = listed_now.knowledge_month
        and listed_then.household_id = listed_now.household_id
where listed_now.household_id is null
