-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one accepted row of one delivery of water__drinking_water (register as it stands).
-- Purpose: types, person_key, and which row of a business key counts (rules.md section 2).

with landed as (
    select * from {{ source('landed', 'water__drinking_water') }}
),

typed as (
    select
        delivery_month,
        file,
        cast(row_number as bigint) as row_number,
        head_name,
        head_name_normalized,
        head_id_number,
        head_id_number_normalized,
        supply,
        cast(is_safe as boolean) as is_safe,
        cast(checked_on as date) as checked_on
    from landed
),

{{ judge_document('typed', 'head_id_number') }},

keyed as (
    select
        *,
        coalesce(head_id_number_person_key, head_id_number_normalized, '') as business_key,
        head_id_number_normalized as subject_document,
        head_id_number_person_key as subject_person_key,
        head_id_number_status as subject_document_status,
        head_name_normalized as subject_name,
        cast(null as {{ text_type() }}) as evidence_household_key,
        cast(null as {{ text_type() }}) as evidence_register_number,
        cast(null as {{ text_type() }}) as evidence_town,
        cast(null as {{ text_type() }}) as evidence_village
    from head_id_number_judged
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
