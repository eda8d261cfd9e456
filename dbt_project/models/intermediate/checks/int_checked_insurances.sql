-- Grain: one member with a row of medical insurance, pension or relapse insurance (month, person_id).
-- Purpose: which schemes are paid for the year of the cut-off, whether the pension roll says 未参保 or knows a resident's pension
-- paid for or received, whether a policy is valid on the cut-off. Source: rules.md section 9, 10;
-- checks.csv G07, G09, G11, G20; checks_added.csv G25.

with months as (
    select * from {{ ref('int_months') }}
),

enrolments as (
    {{ member_rows('medical_insurance__enrolment') }}
),

pensions as (
    {{ member_rows('human_resources__pension') }}
),

policies as (
    {{ member_rows('insurance__relapse_policy') }}
),

facts as (
    select
        enrolments.month,
        enrolments.person_id,
        enrolments.scheme = '城乡居民' as is_resident_premium,
        enrolments.scheme = '城镇职工' as is_employee_premium,
        false as is_missing_pension,
        false as is_resident_pension,
        false as is_valid_policy
    from enrolments
    inner join months
        on enrolments.month = months.month
    where
        enrolments.status in ('已缴费', '正常')
        and enrolments.insured_year = months.cut_off_year
    union all
    select
        pensions.month,
        pensions.person_id,
        false as is_resident_premium,
        false as is_employee_premium,
        pensions.status = '未参保' as is_missing_pension,
        coalesce(
            pensions.scheme = '城乡居民'
            and (
                pensions.status = '领取'
                or (pensions.status = '缴费' and pensions.insured_year = months.cut_off_year)
            ),
            false
        ) as is_resident_pension,
        false as is_valid_policy
    from pensions
    inner join months
        on pensions.month = months.month
    union all
    select
        policies.month,
        policies.person_id,
        false as is_resident_premium,
        false as is_employee_premium,
        false as is_missing_pension,
        false as is_resident_pension,
        coalesce(policies.valid_from <= months.cut_off and policies.valid_until >= months.cut_off, false) as is_valid_policy
    from policies
    inner join months
        on policies.month = months.month
)

select
    month,
    person_id,
    bool_or(is_resident_premium) as has_paid_resident_premium,
    bool_or(is_employee_premium) as has_paid_employee_premium,
    bool_or(is_missing_pension) as is_without_pension,
    bool_or(is_resident_pension) as has_resident_pension_row,
    bool_or(is_valid_policy) as has_valid_relapse_policy
from facts
group by month, person_id
