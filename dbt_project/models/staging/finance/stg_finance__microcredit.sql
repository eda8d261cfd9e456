-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one accepted row of one delivery of finance__microcredit (register as it stands).
-- Purpose: types, person_key, and which row of a business key counts (rules.md section 2).

with landed as (
    select * from {{ source('landed', 'finance__microcredit') }}
),

typed as (
    select
        delivery_month,
        file,
        cast(row_number as bigint) as row_number,
        borrower_name,
        borrower_name_normalized,
        id_number,
        id_number_normalized,
        loan_number,
        bank,
        cast(principal as decimal(14, 2)) as principal,
        cast(lent_on as date) as lent_on,
        cast(due_on as date) as due_on,
        cast(balance as decimal(14, 2)) as balance,
        status,
        purpose
    from landed
),

{{ judge_document('typed', 'id_number') }},

keyed as (
    select
        *,
        coalesce(loan_number, '') as business_key,
        id_number_normalized as subject_document,
        id_number_person_key as subject_person_key,
        id_number_status as subject_document_status,
        borrower_name_normalized as subject_name,
        cast(null as {{ text_type() }}) as evidence_household_key,
        'finance:loan_number:' || loan_number as evidence_register_number,
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
