-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one accepted row of one delivery of civil_affairs__assistance_roll (register as it stands).
-- Purpose: types, person_key, and which row of a business key counts (rules.md section 2).

with landed as (
    select * from {{ source('landed', 'civil_affairs__assistance_roll') }}
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
        assistance_type,
        category,
        case_number,
        head_id_number,
        head_id_number_normalized,
        cast(monthly_amount as decimal(14, 2)) as monthly_amount,
        cast(payment_month as date) as payment_month,
        cast(started_on as date) as started_on,
        status,
        stop_reason,
        cast(stopped_on as date) as stopped_on,
        town,
        village
    from landed
),

{{ judge_document('typed', 'id_number') }},

{{ judge_document('id_number_judged', 'head_id_number') }},

keyed as (
    select
        *,
        coalesce(id_number_person_key, id_number_normalized, '')
        || '|' || coalesce(assistance_type, '') as business_key,
        id_number_normalized as subject_document,
        id_number_person_key as subject_person_key,
        id_number_status as subject_document_status,
        name_normalized as subject_name,
        head_id_number_person_key as evidence_household_key,
        'civil_affairs:case_number:' || case_number as evidence_register_number,
        town as evidence_town,
        village as evidence_village
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
