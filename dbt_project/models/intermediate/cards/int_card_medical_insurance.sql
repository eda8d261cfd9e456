-- Grain: one line of a household's card (month, household_id, policy, person_id, detail).
-- Purpose: premiums, reimbursements and medical aid of its members. Source: ledgers.md section 6, policy_card.

with enrolments as (
    {{ card_rows('medical_insurance__enrolment') }}
),

settlements as (
    {{ card_rows('medical_insurance__settlement') }}
),

persons as (
    select
        person_months.month,
        person_months.household_id,
        person_months.person_id,
        person_months.premium_status
    from {{ ref('int_person_months') }} as person_months
    inner join {{ ref('int_card_persons') }} as card_persons
        on
            person_months.month = card_persons.month
            and person_months.person_id = card_persons.card_person_id
            and person_months.person_id = card_persons.person_id
),

months as (
    select * from {{ ref('int_months') }}
),

premiums as (
    select
        enrolments.month,
        enrolments.household_id,
        enrolments.person_id,
        sum(enrolments.subsidised_amount) as subsidised_amount
    from enrolments
    inner join months
        on enrolments.month = months.month
    where
        enrolments.status in ('已缴费', '正常')
        and enrolments.scheme = '城乡居民'
        and enrolments.insured_year = months.cut_off_year
    group by enrolments.month, enrolments.household_id, enrolments.person_id
)

select
    {{ card_columns(
        'persons',
        5,
        'medical_premium',
        'medical_insurance',
        person_id='persons.person_id',
        state='persons.premium_status',
        amount='premiums.subsidised_amount',
    ) }}
from persons
left join premiums
    on
        persons.month = premiums.month
        and persons.household_id = premiums.household_id
        and persons.person_id = premiums.person_id
where persons.premium_status is not null

union all

{{ card_flow(
    'settlements',
    6,
    'medical_reimbursement',
    'medical_insurance',
    day='settlements.settled_on',
    amount="case
            when coalesce(settlements.basic_pay, settlements.critical_illness_pay, settlements.other_pay) is not null
                then
                    coalesce(settlements.basic_pay, 0)
                    + coalesce(settlements.critical_illness_pay, 0)
                    + coalesce(settlements.other_pay, 0)
        end",
) }}

union all

{{ card_flow(
    'settlements',
    7,
    'medical_aid',
    'medical_insurance',
    day='settlements.settled_on',
    amount='settlements.medical_aid_pay',
    condition='settlements.medical_aid_pay <> 0',
) }}
