-- Grain: one town, '' among them, and figure that counts persons or key groups (month, town, figure).
-- Purpose: work and services, shortfalls, insurance and key groups, as counts that add up. Source: ledgers.md section 8.

with persons as (
    select * from {{ ref('int_person_months') }}
),

workers as (
    select * from persons
    where is_worker
),

household_months as (
    select * from {{ ref('int_household_months') }}
    where is_in_scope
),

served as (
    select distinct
        gaps.month,
        persons.town,
        gaps.person_id
    from {{ ref('int_service_gaps') }} as gaps
    inner join persons
        on
            gaps.month = persons.month
            and gaps.person_id = persons.person_id
),

overdue as (
    select
        returnees.month,
        persons.town
    from {{ ref('int_returnees') }} as returnees
    inner join persons
        on
            returnees.month = persons.month
            and returnees.person_id = persons.person_id
    where returnees.is_overdue
),

shortfalls as (
    select
        shortfalls.month,
        household_months.town,
        shortfalls.shortfall
    from {{ ref('int_guarantee_shortfalls') }} as shortfalls
    inner join household_months
        on
            shortfalls.month = household_months.month
            and shortfalls.household_id = household_months.household_id
),

insured as (
    select
        insurance.month,
        persons.town,
        insurance.is_insured
    from {{ ref('int_relapse_insurance') }} as insurance
    inner join persons
        on
            insurance.month = persons.month
            and insurance.person_id = persons.person_id
),

members as (
    select * from {{ ref('int_key_group_members') }}
)

{{ figure_counts('workers', {
    'workers': none,
    'employed': "employment_status in ('employed', 'public_post')",
    'seeking': "employment_status = 'seeking'",
    'returned': "employment_status = 'returned'",
}) }}

union all

{{ figure_counts('served', {'service_shortfall_persons': none}) }}

union all

{{ figure_counts('overdue', {'returnees_overdue': none}) }}

union all

select
    month,
    town,
    'shortfall_' || shortfall as figure,
    cast(count(*) as decimal(18, 4)) as counted
from shortfalls
group by month, town, shortfall

union all

{{ figure_counts('insured', {'insured_persons': 'is_insured', 'insurable_persons': none}) }}

union all

select
    month,
    town,
    'group_households_' || key_group as figure,
    cast(count(distinct household_id) as decimal(18, 4)) as counted
from members
group by month, town, key_group

union all

select
    month,
    town,
    'group_persons_' || key_group as figure,
    cast(count(distinct person_id) as decimal(18, 4)) as counted
from members
group by month, town, key_group
