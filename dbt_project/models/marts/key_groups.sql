-- Grain: one group of a town, and of the whole county (month, town, group).
-- Purpose: the quarter-end analysis of key groups; a group whose extract did not arrive is left out.
-- Source: 新农组办〔2023〕3号 art. 4; marts.md. All households of the roster.

with members as (
    select * from {{ ref('int_key_group_members') }}
),

county as (
    select * from {{ ref('stg_reference__county') }}
),

areas as (
    select * from {{ ref('int_areas') }}
),

located as (
    select
        month,
        town,
        key_group,
        household_id,
        person_id
    from members
    union all
    select
        members.month,
        county.whole_county as town,
        members.key_group,
        members.household_id,
        members.person_id
    from members
    cross join county
),

counted as (
    select
        month,
        town,
        key_group,
        count(distinct household_id) as households,
        count(distinct person_id) as persons
    from located
    group by month, town, key_group
)

select
    counted.month,
    counted.town,
    areas.town_code,
    coalesce(areas.is_total, false) as is_total,
    counted.key_group as {{ adapter.quote('group') }},
    counted.households,
    counted.persons
from counted
left join areas
    on counted.town = areas.town
