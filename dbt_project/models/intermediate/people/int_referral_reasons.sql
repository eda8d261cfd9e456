-- Grain: one reason to refer a household or person to a department (month, target_department, reason, household_id, person_id).
-- Purpose: which department must act on what; each reason only where the extracts it rests on arrived.
-- Source: rules.md section 7, 11; 新农组办〔2023〕3号 art. 4, 19, 20.

with household_months as (
    select * from {{ ref('int_household_months') }}
),

persons as (
    select * from {{ ref('int_person_months') }}
    where has_household
),

arrivals as (
    select * from {{ ref('int_arrivals') }}
),

months as (
    select * from {{ ref('int_months') }}
),

subsidies as (
    {{ member_rows('civil_affairs__disability_subsidy') }}
),

nursing_subsidies as (
    select distinct
        subsidies.month,
        subsidies.person_id
    from subsidies
    inner join months
        on subsidies.month = months.month
    where
        subsidies.subsidy_type = '重度残疾人护理补贴'
        and subsidies.payment_month = months.previous_month
),

shortfalls as (
    select * from {{ ref('int_guarantee_shortfalls') }}
),

uncertain as (
    select * from {{ ref('int_uncertain_members') }}
),

household_reasons as (
    select
        month,
        'civil_affairs' as target_department,
        'low_income' as reason,
        household_id,
        'civil_affairs__assistance_roll' as extract
    from household_months
    where
        is_listed
        and members_on_assistance = 0
    union all
    select
        month,
        'civil_affairs' as target_department,
        'no_labour' as reason,
        household_id,
        'civil_affairs__assistance_roll' as extract
    from household_months
    where
        is_without_labour
        and members_on_assistance = 0
),

-- a household's reason is uncertain when a row about any of its members waits for a decision
uncertain_households as (
    select distinct
        uncertain.month,
        uncertain.extract,
        persons.household_id
    from uncertain
    inner join persons
        on
            uncertain.month = persons.month
            and uncertain.person_id = persons.person_id
),

person_reasons as (
    select
        persons.month,
        'education' as target_department,
        'student_without_aid' as reason,
        persons.household_id,
        persons.person_id,
        persons.name,
        'education__student_aid' as extract
    from persons
    inner join arrivals
        on persons.month = arrivals.month
    where
        arrivals.has_education__enrolment
        and arrivals.has_education__student_aid
        and persons.is_studying_beyond_compulsory
        and not persons.has_recent_aid
    union all
    select
        persons.month,
        'disabled_federation' as target_department,
        'unmarked_disability' as reason,
        persons.household_id,
        persons.person_id,
        persons.name,
        'disabled_federation__certificate' as extract
    from persons
    inner join arrivals
        on persons.month = arrivals.month
    where
        arrivals.has_disabled_federation__certificate
        and persons.health_status like '%残疾%'
        and not persons.has_valid_certificate
    union all
    select
        persons.month,
        'civil_affairs' as target_department,
        'nursing_subsidy' as reason,
        persons.household_id,
        persons.person_id,
        persons.name,
        'civil_affairs__disability_subsidy' as extract
    from persons
    inner join arrivals
        on persons.month = arrivals.month
    left join nursing_subsidies
        on
            persons.month = nursing_subsidies.month
            and persons.person_id = nursing_subsidies.person_id
    where
        arrivals.has_disabled_federation__certificate
        and arrivals.has_civil_affairs__disability_subsidy
        and persons.is_severely_disabled
        and nursing_subsidies.person_id is null
)

select
    household_reasons.month,
    household_reasons.target_department,
    household_reasons.reason,
    household_reasons.household_id,
    '' as person_id,
    cast(null as {{ text_type() }}) as name,
    uncertain_households.household_id is not null as is_uncertain
from household_reasons
left join uncertain_households
    on
        household_reasons.month = uncertain_households.month
        and household_reasons.extract = uncertain_households.extract
        and household_reasons.household_id = uncertain_households.household_id
union all
select
    person_reasons.month,
    person_reasons.target_department,
    person_reasons.reason,
    person_reasons.household_id,
    person_reasons.person_id,
    person_reasons.name,
    uncertain.person_id is not null as is_uncertain
from person_reasons
left join uncertain
    on
        person_reasons.month = uncertain.month
        and person_reasons.extract = uncertain.extract
        and person_reasons.person_id = uncertain.person_id
union all
select
    month,
    case shortfall
        when 'uninsured' then 'medical_insurance'
        when 'unsafe_dwelling' then 'housing'
        when 'unsafe_water' then 'water'
    end as target_department,
    shortfall as reason,
    household_id,
    person_id,
    name,
    is_uncertain
from shortfalls
where shortfall in ('uninsured', 'unsafe_dwelling', 'unsafe_water')
