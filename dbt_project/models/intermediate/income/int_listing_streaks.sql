-- Grain: one household and month in which it was listed as known then (month, household_id).
-- Purpose: since when it has been listed without a break up to that month. Source: rules.md section 6.

with listings as (
    select * from {{ ref('int_listings') }}
    where
        is_listed
        and knowledge_month = month
),

calendar as (
    select * from {{ ref('int_calendar') }}
),

placed as (
    select
        listings.month,
        listings.household_id,
        calendar.month_index,
        calendar.month_index + 1 as ends_index
    from listings
    inner join calendar
        on listings.month = calendar.month
),

{{ runs('placed', ['household_id']) }}

select
    month,
    household_id,
    first_month as first_listed_month,
    consecutive_months
from in_runs
