-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one accepted row of one delivery of rural_revitalization__household_roster (register as it stands).
-- Purpose: types, person_key, and which row of a business key counts (rules.md section 2).

with landed as (
    select * from {{ source('landed', 'rural_revitalization__household_roster') }}
),

typed as (
    select
        delivery_month,
        file,
        cast(row_number as bigint) as row_number,
        household_id,
        town,
        village,
        village_code,
        head_name,
        head_name_normalized,
        head_id_number,
        head_id_number_normalized,
        household_type,
        cast(is_marginal_2019 as boolean) as is_marginal_2019,
        monitoring_category,
        cast(identified_month as date) as identified_month,
        cast(risk_cleared as boolean) as risk_cleared,
        cast(cleared_month as date) as cleared_month,
        clearance_method,
        risk_1,
        risk_2,
        risk_3,
        risk_4,
        risk_5,
        cast(household_size as bigint) as household_size,
        phone,
        cast(is_no_labour_household as boolean) as is_no_labour_household,
        cast(is_dwelling_unsafe as boolean) as is_dwelling_unsafe,
        cast(is_water_safe as boolean) as is_water_safe,
        helper_name
    from landed
),

{{ judge_document('typed', 'head_id_number') }},

keyed as (
    select
        *,
        coalesce(household_id, '') as business_key,
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
