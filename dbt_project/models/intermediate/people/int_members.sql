-- Grain: one active member of the roster of a computed month (month, person_id); also where the household is not on the roster.
-- Purpose: who a member is, how old, in which household and populations. Source: rules.md section 3, 8.

with months as (
    select * from {{ ref('int_months') }}
),

member_rows as (
    select * from {{ ref('stg_rural_revitalization__member_roster') }}
    where
        is_counted
        and coalesce(member_status, '正常') <> '减少'
),

households as (
    select * from {{ ref('int_households') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

born as (
    select
        months.month,
        months.cut_off,
        months.school_age_day,
        member_rows.*,
        case
            when member_rows.id_number_person_key is not null then member_rows.id_number_birth_date
            else member_rows.birth_date
        end as born_on
    from months
    inner join member_rows
        on months.month = member_rows.delivery_month
),

aged as (
    select
        *,
        cast({{ age_on('born_on', 'cut_off') }} as bigint) as age,
        cast(case when born_on <= school_age_day then {{ age_on('born_on', 'school_age_day') }} end as bigint) as school_age
    from born
)

select
    aged.month,
    aged.person_id,
    aged.household_id,
    households.household_id is not null as has_household,
    households.town,
    households.town_code,
    households.village,
    coalesce(households.is_in_scope, false) as is_in_scope,
    aged.name,
    aged.sex,
    aged.age,
    aged.school_age,
    aged.id_number_person_key as person_key,
    aged.id_number_status as id_status,
    aged.relationship,
    aged.student_status,
    aged.education_level,
    aged.health_status,
    aged.labour_skill,
    aged.employment_intention,
    aged.needs_training,
    aged.phone,
    households.helper_name,
    coalesce(aged.student_status <> '学龄前儿童', false) as is_in_school,
    coalesce(aged.labour_skill in ('丧失劳动力', '无劳动力'), false) as is_without_labour,
    coalesce(
        households.is_in_scope
        and aged.age >= parameters.labour_minimum_age
        and aged.age < parameters.labour_maximum_age
        and aged.labour_skill in ('普通劳动力', '技能劳动力', '弱劳动力或半劳动力')
        and aged.student_status is null,
        false
    ) as is_worker,
    row_number() over (
        partition by aged.month, aged.household_id, coalesce(aged.id_number_person_key, aged.person_id)
        order by aged.person_id
    ) = 1 as is_first_row_in_household
from aged
inner join parameters
    on aged.month = parameters.month
left join households
    on
        aged.month = households.delivery_month
        and aged.household_id = households.household_id
