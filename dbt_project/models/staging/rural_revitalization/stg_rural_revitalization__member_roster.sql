-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one accepted row of one delivery of rural_revitalization__member_roster (register as it stands).
-- Purpose: types, person_key, and which row of a business key counts (rules.md section 2).

with landed as (
    select * from {{ source('landed', 'rural_revitalization__member_roster') }}
),

typed as (
    select
        delivery_month,
        file,
        cast(row_number as bigint) as row_number,
        person_id,
        household_id,
        name,
        name_normalized,
        id_type,
        id_number,
        id_number_normalized,
        sex,
        cast(birth_date as date) as birth_date,
        relationship,
        education_level,
        student_status,
        out_of_school_reason,
        health_status,
        labour_skill,
        cast(has_resident_medical_insurance as boolean) as has_resident_medical_insurance,
        cast(has_employee_medical_insurance as boolean) as has_employee_medical_insurance,
        cast(has_resident_pension as boolean) as has_resident_pension,
        cast(has_employee_pension as boolean) as has_employee_pension,
        dibao,
        tekun,
        work_place,
        cast(work_months as bigint) as work_months,
        public_post,
        cast(public_post_months as bigint) as public_post_months,
        employment_intention,
        cast(needs_training as boolean) as needs_training,
        phone,
        member_status,
        change_reason,
        cast(change_date as date) as change_date
    from landed
),

{{ judge_document('typed', 'id_number') }},

keyed as (
    select
        *,
        coalesce(person_id, '') as business_key,
        id_number_normalized as subject_document,
        id_number_person_key as subject_person_key,
        id_number_status as subject_document_status,
        name_normalized as subject_name,
        cast(null as {{ text_type() }}) as evidence_household_key,
        cast(null as {{ text_type() }}) as evidence_register_number,
        cast(null as {{ text_type() }}) as evidence_town,
        cast(null as {{ text_type() }}) as evidence_village
    from id_number_judged
),

identified as (
    select
        *,
        {{ identity_id() }} as identity_id
    from keyed
),

ranked as (
    select
        *,
        row_number() over (
            partition by delivery_month, business_key
            order by file desc, row_number desc
        ) = 1 as is_counted
    from identified
),

final as (
    select * from ranked
)

select * from final
