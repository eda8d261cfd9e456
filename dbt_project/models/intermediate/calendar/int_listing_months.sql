-- Grain: one month and what was known of it (month, knowledge_month).
-- Purpose: every evaluation of the lists that a run needs: each earlier month as known then (for how long a household has been
-- listed), each computed month, and the month before it with the computed month's knowledge (was it a correction?).
-- Source: rules.md section 1, 6. A month without both rosters is not evaluated.

with calendar as (
    select * from {{ ref('int_calendar') }}
),

deliveries as (
    select * from {{ ref('int_deliveries') }}
),

rostered_months as (
    select delivery_month as month
    from deliveries
    where
        extract in ('rural_revitalization__household_roster', 'rural_revitalization__member_roster')
        and has_arrived
    group by delivery_month
    having count(*) = 2
),

months as (
    select * from {{ ref('int_months') }}
),

wanted as (
    select
        month,
        month as knowledge_month
    from calendar
    union distinct
    select
        month,
        knowledge_month
    from months
    union distinct
    select
        previous_month as month,
        knowledge_month
    from months
)

select
    wanted.month,
    wanted.knowledge_month,
    calendar.window_start,
    calendar.window_months,
    calendar.month_index
from wanted
inner join rostered_months
    on wanted.month = rostered_months.month
inner join calendar
    on wanted.month = calendar.month
