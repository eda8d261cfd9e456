-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one accepted row of one delivery of human_resources__employment (register as it stands).
-- Purpose: types, person_key, and which row of a business key counts (rules.md section 2).

with landed as (
    select * from {{ source('landed', 'human_resources__employment') }}
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
        employer,
        employer_normalized,
        industry,
        job,
        work_province,
        work_city,
        work_county,
        channel,
        cast(started_on as date) as started_on,
        cast(ended_on as date) as ended_on,
        cast(monthly_wage as decimal(14, 2)) as monthly_wage,
        cast(has_contract as boolean) as has_contract,
        cast(has_social_insurance as boolean) as has_social_insurance
    from landed
),

{{ judge_document('typed', 'id_number') }},

keyed as (
    select
        *,
        coalesce(id_number_person_key, id_number_normalized, '')
        || '|' || coalesce(employer, '')
        || '|' || coalesce(cast(started_on as {{ text_type() }}), '') as business_key,
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
