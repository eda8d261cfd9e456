-- Grain: one household of the roster of a computed month (month, household_id).
-- Purpose: dwelling and drinking water: the platform's flags beside the ledgers. Source: rules.md section 2, 10; checks.csv J.
-- A row about a household reaches it through the member who carries the head's document, also one who has left (减少).

with households as (
    select * from {{ ref('int_checked_households') }}
),

dwellings as (
    {{ member_rows('housing__dwelling_safety') }}
),

water as (
    {{ member_rows('water__drinking_water') }}
),

roster_rows as (
    select
        delivery_month,
        person_id,
        household_id
    from {{ ref('stg_rural_revitalization__member_roster') }}
    where is_counted
),

dwelling_ledger as (
    select
        dwellings.month,
        roster_rows.household_id,
        max(
            case
                when dwellings.dwelling_grade in ('C', 'D') and dwellings.renovated_on is null then dwellings.dwelling_grade
            end
        ) as unrenovated_grade
    from dwellings
    inner join roster_rows
        on
            dwellings.month = roster_rows.delivery_month
            and dwellings.person_id = roster_rows.person_id
    group by dwellings.month, roster_rows.household_id
),

water_ledger as (
    select
        water.month,
        roster_rows.household_id,
        bool_and(water.is_safe) as is_safe
    from water
    inner join roster_rows
        on
            water.month = roster_rows.delivery_month
            and water.person_id = roster_rows.person_id
    group by water.month, roster_rows.household_id
)

select
    households.month,
    households.household_id,
    households.town,
    households.village,
    households.file,
    households.row_number,
    households.is_in_scope,
    households.is_dwelling_unsafe,
    households.is_water_safe,
    dwelling_ledger.unrenovated_grade,
    water_ledger.is_safe as is_water_safe_by_ledger
from households
left join dwelling_ledger
    on
        households.month = dwelling_ledger.month
        and households.household_id = dwelling_ledger.household_id
left join water_ledger
    on
        households.month = water_ledger.month
        and households.household_id = water_ledger.household_id
