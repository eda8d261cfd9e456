-- Grain: one household with temporary relief paid in the window of a month (month, household_id).
-- Purpose: relief to any member counts, also to one who has left (减少). Source: ledgers.md section 6 (temporary_relief).

with reliefs as (
    {{ member_rows('civil_affairs__temporary_relief') }}
),

months as (
    select * from {{ ref('int_months') }}
),

members as (
    select * from {{ ref('int_roster_members') }}
)

select distinct
    reliefs.month,
    members.household_id
from reliefs
inner join months
    on reliefs.month = months.month
inner join members
    on
        reliefs.month = members.month
        and reliefs.person_id = members.person_id
where
    reliefs.paid_on >= months.window_start
    and reliefs.paid_on < months.month
    and members.household_id is not null
