-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one accepted row of one delivery of rural_revitalization__town_report (events).
-- Purpose: types, person_key, and which row of a business key counts (rules.md section 2).

with landed as (
    select * from {{ source('landed', 'rural_revitalization__town_report') }}
),

typed as (
    select
        delivery_month,
        file,
        sheet,
        cast(row_number as bigint) as row_number,
        town,
        village,
        report_kind,
        household_id,
        head_name,
        head_name_normalized,
        head_id_number,
        head_id_number_normalized,
        phone,
        situation,
        cast(income_per_capita as decimal(14, 2)) as income_per_capita,
        cast(reported_on as date) as reported_on,
        reported_by,
        reported_on as dated_on
    from landed
),

{{ judge_document('typed', 'head_id_number') }},

keyed as (
    select
        *,
        coalesce(town, '')
        || '|' || coalesce(village, '')
        || '|' || coalesce(report_kind, '')
        || '|' || coalesce(head_name_normalized, '')
        || '|' || coalesce(situation, '')
        || '|' || coalesce(cast(reported_on as {{ text_type() }}), '') as business_key,
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
            order by file desc, sheet desc, row_number desc
        ) = 1 as is_counted
    from identified
),

final as (
    select
        *,
        case
            when is_counted then lead(delivery_month) over (
                partition by business_key, is_counted
                order by delivery_month
            )
        end as superseded_in
    from ranked
)

select * from final
