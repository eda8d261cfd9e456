-- Grain: one active member of the roster of a computed month (month, person_id); also where the household is not on the roster.
-- Purpose: what the checks of persons look at: the row as delivered beside what the departments know. Source: rules.md section
-- 2, 3, 8, 10; checks.csv, checks_added.csv.

with months as (
    select * from {{ ref('int_months') }}
),

persons as (
    select * from {{ ref('int_person_months') }}
),

member_rows as (
    select * from {{ ref('stg_rural_revitalization__member_roster') }}
    where is_counted
),

households as (
    select * from {{ ref('stg_rural_revitalization__household_roster') }}
    where is_counted
),

spells as (
    select
        month,
        person_id,
        bool_or(is_active and kind = 'spell') as has_active_spell,
        bool_or(is_active and kind = 'spell' and is_outside_county) as has_active_spell_outside_county,
        bool_or(touches_window and kind = 'spell') as has_spell_in_window,
        bool_or(touches_window) as has_spell_or_post_in_window,
        count(case when is_active and kind = 'post' then 1 end) as active_posts,
        min(case when is_active and kind = 'spell' then employer end) as active_employer,
        min(case when is_active and kind = 'spell' and is_outside_county then employer end) as active_employer_outside_county,
        min(case when is_active and kind = 'post' then job end) as active_post
    from {{ ref('int_employment_spells') }}
    group by month, person_id
),

relationships as (
    select value
    from {{ ref('stg_reference__code_values') }}
    where code_list = 'relationship'
),

insurances as (
    select * from {{ ref('int_checked_insurances') }}
),

labour_skills as (
    select value
    from {{ ref('stg_reference__code_values') }}
    where code_list = 'labour_skill'
),

heads as (
    -- the only active 户主 of a household
    select
        month,
        household_id,
        min(person_id) as person_id
    from persons
    where relationship = '户主'
    group by month, household_id
    having count(*) = 1
),

born as (
    select
        persons.month,
        persons.person_id,
        case
            when persons.person_key is not null then member_rows.id_number_birth_date
            else member_rows.birth_date
        end as born_on
    from persons
    inner join member_rows
        on
            persons.month = member_rows.delivery_month
            and persons.person_id = member_rows.person_id
)

select
    persons.*,
    member_rows.file,
    member_rows.row_number,
    member_rows.name_normalized,
    member_rows.id_type,
    member_rows.id_number,
    member_rows.id_number_normalized,
    member_rows.id_number_birth_date,
    {{ sex_of_document('member_rows.id_number_person_key') }} as id_number_sex,
    member_rows.birth_date,
    born.born_on,
    member_rows.out_of_school_reason,
    member_rows.has_resident_medical_insurance,
    member_rows.has_employee_medical_insurance,
    member_rows.has_resident_pension,
    member_rows.has_employee_pension,
    member_rows.dibao,
    member_rows.tekun,
    member_rows.work_place,
    member_rows.work_months,
    member_rows.public_post,
    member_rows.public_post_months,
    member_rows.member_status,
    member_rows.change_reason,
    member_rows.change_date,
    households.household_type,
    households.monitoring_category,
    months.previous_month,
    months.cut_off,
    months.cut_off_year,
    months.window_start,
    months.knowledge_month,
    coalesce(spells.has_active_spell, false) as has_active_spell,
    coalesce(spells.has_active_spell_outside_county, false) as has_active_spell_outside_county,
    coalesce(spells.has_spell_in_window, false) as has_spell_in_window,
    coalesce(spells.has_spell_or_post_in_window, false) as has_spell_or_post_in_window,
    coalesce(spells.active_posts, 0) as active_posts,
    heads.person_id as only_head_person_id,
    born_heads.born_on as only_head_born_on,
    relationships.value is not null as is_relationship_listed,
    spells.active_employer,
    spells.active_employer_outside_county,
    spells.active_post,
    labour_skills.value is not null as is_labour_skill_listed,
    coalesce(insurances.has_paid_resident_premium, false) as has_paid_resident_premium,
    coalesce(insurances.has_paid_employee_premium, false) as has_paid_employee_premium,
    coalesce(insurances.is_without_pension, false) as is_without_pension,
    coalesce(insurances.has_resident_pension_row, false) as has_resident_pension_row,
    coalesce(insurances.has_valid_relapse_policy, false) as has_valid_relapse_policy
from persons
inner join months
    on persons.month = months.month
inner join member_rows
    on
        persons.month = member_rows.delivery_month
        and persons.person_id = member_rows.person_id
inner join born
    on
        persons.month = born.month
        and persons.person_id = born.person_id
left join households
    on
        persons.month = households.delivery_month
        and persons.household_id = households.household_id
left join spells
    on
        persons.month = spells.month
        and persons.person_id = spells.person_id
left join heads
    on
        persons.month = heads.month
        and persons.household_id = heads.household_id
left join born as born_heads
    on
        heads.month = born_heads.month
        and heads.person_id = born_heads.person_id
left join relationships
    on persons.relationship = relationships.value
left join insurances
    on
        persons.month = insurances.month
        and persons.person_id = insurances.person_id
left join labour_skills
    on member_rows.labour_skill = labour_skills.value
