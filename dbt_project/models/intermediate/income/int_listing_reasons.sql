-- Grain: one household on the warning list of a computed month (month, household_id).
-- Purpose: why it is on the list now; the first reason that applies. Source: rules.md section 6.

with months as (
    select * from {{ ref('int_months') }}
),

listing_months as (
    select * from {{ ref('int_listing_months') }}
),

listings as (
    select * from {{ ref('int_listings') }}
),

tests as (
    select * from {{ ref('int_line_tests') }}
),

lines as (
    select * from {{ ref('int_lines') }}
),

memberships as (
    {{ line_memberships() }}
),

listed as (
    select
        months.month,
        months.previous_month,
        months.knowledge_month,
        listings.household_id,
        listings.headcount,
        listings.income_12m
    from months
    inner join listings
        on
            months.month = listings.month
            and months.knowledge_month = listings.knowledge_month
    where listings.is_listed
),

before as (
    select
        listed.month,
        listed.household_id,
        evaluated.month is not null as has_previous,
        previous.household_id is not null as was_on_roster,
        coalesce(previous.is_listed, false) as was_listed,
        coalesce(previous.income_status = 'complete', false) as was_complete,
        previous.headcount as previous_headcount,
        coalesce(corrected.is_listed, false) as would_have_been_listed
    from listed
    left join listing_months as evaluated
        on
            listed.previous_month = evaluated.month
            and listed.previous_month = evaluated.knowledge_month
    left join listings as previous
        on
            listed.previous_month = previous.month
            and listed.previous_month = previous.knowledge_month
            and listed.household_id = previous.household_id
    left join listings as corrected
        on
            listed.previous_month = corrected.month
            and listed.knowledge_month = corrected.knowledge_month
            and listed.household_id = corrected.household_id
),

-- one row per line that the household fails today: was it in that line's populations, would last month's headcount fail it
failed_lines as (
    select
        listed.month,
        listed.household_id,
        bool_or(memberships.parameter is not null) as was_in_population
    from listed
    inner join tests
        on
            listed.month = tests.month
            and listed.knowledge_month = tests.knowledge_month
            and listed.household_id = tests.household_id
            and tests.is_below
    left join memberships
        on
            listed.previous_month = memberships.delivery_month
            and listed.household_id = memberships.household_id
            and tests.parameter = memberships.parameter
    group by listed.month, listed.household_id
),

-- today's population, income and headcount against the lines of the month before
by_previous_lines as (
    select distinct
        listed.month,
        listed.household_id
    from listed
    inner join lines
        on listed.previous_month = lines.month
    inner join memberships
        on
            listed.month = memberships.delivery_month
            and listed.household_id = memberships.household_id
            and lines.parameter = memberships.parameter
    where {{ fails_line('listed.income_12m', 'lines.amount', 'lines.comparator', 'listed.headcount') }}
),

-- today's lines, population and income with the headcount of the month before
by_previous_headcount as (
    select distinct
        listed.month,
        listed.household_id
    from listed
    inner join before
        on
            listed.month = before.month
            and listed.household_id = before.household_id
    inner join tests
        on
            listed.month = tests.month
            and listed.knowledge_month = tests.knowledge_month
            and listed.household_id = tests.household_id
            and tests.is_in_population
    where {{ fails_line('listed.income_12m', 'tests.amount', 'tests.comparator', 'before.previous_headcount') }}
)

select
    before.month,
    before.household_id,
    case
        when not before.has_previous then 'first_run'
        when before.was_listed then 'persisting'
        when not before.was_on_roster or not failed_lines.was_in_population then 'new_in_scope'
        when not before.was_complete then 'newly_complete'
        when before.would_have_been_listed then 'correction'
        when by_previous_lines.household_id is null then 'line_change'
        when by_previous_headcount.household_id is null then 'member_change'
        else 'income_drop'
    end as trigger_reason
from before
inner join failed_lines
    on
        before.month = failed_lines.month
        and before.household_id = failed_lines.household_id
left join by_previous_lines
    on
        before.month = by_previous_lines.month
        and before.household_id = by_previous_lines.household_id
left join by_previous_headcount
    on
        before.month = by_previous_headcount.month
        and before.household_id = by_previous_headcount.household_id
