-- Grain: one shortfall of a household or person of a computed month (month, household_id, shortfall, person_id).
-- Purpose: shortfalls of all households; lists pick those in scope. Uncertain: a row waits for a decision, or basic insurance
-- has paid for somebody without a premium. Source: rules.md section 2, 7; checks_added.csv G24; 新农组办〔2023〕3号 art. 2.

with persons as (
    select * from {{ ref('int_person_months') }}
    where has_household
),

household_months as (
    select * from {{ ref('int_household_months') }}
),

uncertain as (
    select * from {{ ref('int_uncertain_members') }}
),

person_shortfalls as (
    select
        month,
        household_id,
        'out_of_school' as shortfall,
        'education__enrolment' as extract,
        person_id,
        name,
        false as is_doubtful
    from persons
    where is_out_of_school
    union all
    select
        month,
        household_id,
        'uninsured' as shortfall,
        'medical_insurance__enrolment' as extract,
        person_id,
        name,
        is_uninsured_doubtful as is_doubtful
    from persons
    where premium_status = 'uninsured'
),

household_shortfalls as (
    select
        month,
        household_id,
        'unsafe_dwelling' as shortfall
    from household_months
    where has_unsafe_dwelling
    union all
    select
        month,
        household_id,
        'unsafe_water' as shortfall
    from household_months
    where has_unsafe_water
)

select
    person_shortfalls.month,
    person_shortfalls.household_id,
    person_shortfalls.shortfall,
    person_shortfalls.person_id,
    person_shortfalls.name,
    person_shortfalls.is_doubtful or uncertain.person_id is not null as is_uncertain
from person_shortfalls
left join uncertain
    on
        person_shortfalls.month = uncertain.month
        and person_shortfalls.extract = uncertain.extract
        and person_shortfalls.person_id = uncertain.person_id
union all
select
    month,
    household_id,
    shortfall,
    '' as person_id,
    cast(null as {{ text_type() }}) as name,
    false as is_uncertain
from household_shortfalls
