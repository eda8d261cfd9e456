-- Grain: one active member of the roster of a computed month (month, person_id).
-- Purpose: everything the lists know of a person, in one place. What rests on a roll that did not arrive is null, not 0 or no.
-- Source: rules.md section 3, 7, 8, 9, 11; checks_added.csv G24.

with members as (
    select * from {{ ref('int_members') }}
),

arrivals as (
    select * from {{ ref('int_arrivals') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

joined as (
    select
        members.*,
        assistance.person_id is not null as found_on_assistance,
        assistance.assistance_type,
        coalesce(assistance.is_on_dibao, false) as found_on_dibao,
        coalesce(assistance.is_on_tekun, false) as found_on_tekun,
        certificates.person_id is not null as has_valid_certificate,
        certificates.disability_grade,
        coalesce(certificates.is_severe, false) as is_severely_disabled,
        enrolments.enrolment_status,
        enrolments.school_stage,
        coalesce(enrolments.is_attending, false) as is_attending,
        coalesce(enrolments.is_studying_beyond_compulsory, false) as is_studying_beyond_compulsory,
        coalesce(enrolments.is_enrolled_in_vocational, false) as is_enrolled_in_vocational,
        enrolments.annual_fees,
        coalesce(student_aid.aid_12m, 0) as aid_12m,
        coalesce(student_aid.has_recent_aid, false) as has_recent_aid,
        coalesce(student_aid.has_vocational_aid, false) as has_vocational_aid,
        premiums.premium_status as found_premium_status,
        premiums.personal_payment as premium_paid,
        pensions.pension_status as found_pension_status,
        pensions.personal_payment as pension_premium_paid,
        coalesce(medical.medical_12m, 0) as medical_12m,
        coalesce(medical.medical_aid_12m, 0) as medical_aid_12m,
        coalesce(medical.basic_pay_in_year, 0) as basic_pay_in_year,
        employment.spell_status,
        employment.employer,
        employment.industry,
        employment.job,
        employment.channel,
        employment.monthly_wage,
        employment.has_contract,
        employment.has_social_insurance,
        employment.started_on,
        employment.ended_on,
        employment.work_area as spell_work_area,
        coalesce(services.offers_in_year, 0) as offers_in_year,
        coalesce(services.guidance_in_year, 0) as guidance_in_year,
        coalesce(services.trainings_in_year, 0) as trainings_in_year,
        coalesce(services.guidance_in_quarter, 0) as guidance_in_quarter,
        coalesce(services.trainings_in_quarter, 0) as trainings_in_quarter,
        coalesce(subsidies.subsidies_in_year, 0) as subsidies_in_year,
        coalesce(subsidies.payments_in_quarter, 0) as payments_in_quarter,
        coalesce(subsidies.subsidies_in_quarter, 0) as subsidies_in_quarter,
        coalesce(subsidies.has_travel_subsidy, false) as has_travel_subsidy
    from members
    {% for relation, alias in {
        'int_member_assistance': 'assistance',
        'int_member_certificates': 'certificates',
        'int_member_enrolments': 'enrolments',
        'int_member_student_aid': 'student_aid',
        'int_member_premiums': 'premiums',
        'int_member_pensions': 'pensions',
        'int_member_medical': 'medical',
        'int_member_employment': 'employment',
        'int_member_services': 'services',
        'int_member_subsidies': 'subsidies',
    }.items() -%}
    left join {{ ref(relation) }} as {{ alias }}
        on
            members.month = {{ alias }}.month
            and members.person_id = {{ alias }}.person_id
    {% endfor %}
)

select
    joined.*,
    case when arrivals.has_civil_affairs__assistance_roll then joined.found_on_assistance end as is_on_assistance,
    coalesce(joined.health_status like '%残疾%', false) or joined.has_valid_certificate as is_disabled,
    case
        when arrivals.has_education__enrolment then cast(
            case
                when joined.is_studying_beyond_compulsory
                    then greatest(coalesce(joined.annual_fees, 0) - joined.aid_12m, 0)
                else 0
            end as decimal(14, 2)
        )
    end as education_net,
    case
        when arrivals.has_medical_insurance__enrolment then coalesce(joined.found_premium_status, 'uninsured')
    end as premium_status,
    -- without a premium, and yet basic insurance has paid: the roll of premiums may be wrong
    arrivals.has_medical_insurance__enrolment
    and joined.found_premium_status is null
    and joined.basic_pay_in_year > 0 as is_uninsured_doubtful,
    case
        when
            arrivals.has_human_resources__pension
            and joined.age >= parameters.pension_minimum_age
            and joined.student_status is null
            then coalesce(joined.found_pension_status, 'uninsured')
    end as pension_status,
    case
        when arrivals.has_human_resources__employment and joined.is_worker then coalesce(
            joined.spell_status,
            case joined.employment_intention when '有意愿' then 'seeking' when '无意愿' then 'not_seeking' else 'unknown' end
        )
    end as employment_status,
    case
        when
            arrivals.has_human_resources__employment
            and joined.is_worker
            and joined.spell_status in ('public_post', 'employed')
            then joined.spell_work_area
    end as work_area,
    arrivals.has_education__enrolment
    and joined.school_age between parameters.education_school_age_from and parameters.education_school_age_to
    and not joined.is_attending as is_out_of_school
from joined
inner join arrivals
    on joined.month = arrivals.month
inner join parameters
    on joined.month = parameters.month
