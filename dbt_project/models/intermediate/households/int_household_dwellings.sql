-- Grain: one household with a dwelling or water supply that the departments hold to be unsafe (month, household_id).
-- Purpose: unsafe dwellings (grade C or D, not renovated by the cut-off) with the worst grade, and water that
-- fails. Source: rules.md section 7; ledgers.md section 6.
-- A row about a household reaches it through the member who carries the head's document, also one who has left (减少).

with dwellings as (
    {{ member_rows('housing__dwelling_safety') }}
),

water as (
    {{ member_rows('water__drinking_water') }}
),

months as (
    select * from {{ ref('int_months') }}
),

member_households as (
    select
        months.month,
        members.person_id,
        members.household_id
    from months
    inner join {{ ref('stg_rural_revitalization__member_roster') }} as members
        on months.month = members.delivery_month
    where members.is_counted
),

found as (
    select
        dwellings.month,
        dwellings.person_id,
        true as is_dwelling,
        dwellings.dwelling_grade,
        dwellings.dwelling_grade in ('C', 'D')
        and (dwellings.renovated_on is null or dwellings.renovated_on > months.cut_off) as is_unsafe
    from dwellings
    inner join months
        on dwellings.month = months.month
    union all
    select
        month,
        person_id,
        false as is_dwelling,
        cast(null as {{ text_type() }}) as dwelling_grade,
        not is_safe as is_unsafe
    from water
)

select
    found.month,
    member_households.household_id,
    bool_or(found.is_dwelling) as has_unsafe_dwelling,
    max(found.dwelling_grade) as unsafe_dwelling_grade,
    bool_or(not found.is_dwelling) as has_unsafe_water
from found
inner join member_households
    on
        found.month = member_households.month
        and found.person_id = member_households.person_id
where found.is_unsafe
group by found.month, member_households.household_id
