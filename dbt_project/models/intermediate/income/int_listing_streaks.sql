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

runs as (
    select
        listings.month,
        listings.household_id,
        calendar.month_index
        - row_number() over (partition by listings.household_id order by calendar.month_index) as run_number
    from listings
    inner join calendar
        on listings.month = calendar.month
)

select
    month,
    household_id,
    min(month) over (partition by household_id, run_number) as first_listed_month,
    row_number() over (partition by household_id, run_number order by month) as consecutive_months
from runs
