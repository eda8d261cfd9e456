-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one accepted row of one delivery of disabled_federation__certificate (register as it stands).
-- Purpose: types, person_key, and which row of a business key counts (rules.md section 2).

with landed as (
    select * from {{ source('landed', 'disabled_federation__certificate') }}
),

typed as (
    select
        delivery_month,
        file,
        cast(row_number as bigint) as row_number,
        name,
        name_normalized,
        id_number,
        id_number_normalized,
        certificate_number,
        certificate_number_normalized,
        disability_class,
        disability_grade,
        cast(issued_on as date) as issued_on,
        cast(valid_until as date) as valid_until,
        status
    from landed
),

{{ judge_document('typed', 'id_number') }},

{{ judge_document('id_number_judged', 'certificate_number') }},

keyed as (
    select
        *,
        coalesce(certificate_number_person_key, certificate_number_normalized, '') as business_key,
        case
            when id_number_person_key is not null then id_number_normalized
            when certificate_number_person_key is not null then certificate_number_normalized
            else coalesce(id_number_normalized, certificate_number_normalized)
        end as subject_document,
        coalesce(id_number_person_key, certificate_number_person_key) as subject_person_key,
        case
            when id_number_person_key is not null then id_number_status
            when certificate_number_person_key is not null then certificate_number_status
            when id_number_normalized is not null then id_number_status
            when certificate_number_normalized is not null then certificate_number_status
            else 'missing'
        end as subject_document_status,
        name_normalized as subject_name,
        cast(null as {{ text_type() }}) as evidence_household_key,
        cast(null as {{ text_type() }}) as evidence_register_number,
        cast(null as {{ text_type() }}) as evidence_town,
        cast(null as {{ text_type() }}) as evidence_village
    from certificate_number_judged
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
            order by case when status = '有效' then 0 else 1 end, file desc, row_number desc
        ) = 1 as is_counted
    from identified
),

final as (
    select * from ranked
)

select * from final
