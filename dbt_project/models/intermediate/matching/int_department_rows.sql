-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one accepted row of one delivery of any department's extract.
-- Purpose: whom each row is about, for matching (rules.md section 2).

with department_rows as (
    select
        'civil_affairs__assistance_roll' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        cast(null as date) as superseded_in
    from {{ ref('stg_civil_affairs__assistance_roll') }}

    union all

    select
        'civil_affairs__death_register' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        superseded_in
    from {{ ref('stg_civil_affairs__death_register') }}

    union all

    select
        'civil_affairs__disability_subsidy' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        superseded_in
    from {{ ref('stg_civil_affairs__disability_subsidy') }}

    union all

    select
        'civil_affairs__temporary_relief' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        superseded_in
    from {{ ref('stg_civil_affairs__temporary_relief') }}

    union all

    select
        'education__enrolment' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        cast(null as date) as superseded_in
    from {{ ref('stg_education__enrolment') }}

    union all

    select
        'education__student_aid' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        superseded_in
    from {{ ref('stg_education__student_aid') }}

    union all

    select
        'medical_insurance__enrolment' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        cast(null as date) as superseded_in
    from {{ ref('stg_medical_insurance__enrolment') }}

    union all

    select
        'medical_insurance__settlement' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        superseded_in
    from {{ ref('stg_medical_insurance__settlement') }}

    union all

    select
        'disabled_federation__certificate' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        cast(null as date) as superseded_in
    from {{ ref('stg_disabled_federation__certificate') }}

    union all

    select
        'human_resources__employment' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        cast(null as date) as superseded_in
    from {{ ref('stg_human_resources__employment') }}

    union all

    select
        'human_resources__employment_subsidy' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        superseded_in
    from {{ ref('stg_human_resources__employment_subsidy') }}

    union all

    select
        'human_resources__job_service' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        superseded_in
    from {{ ref('stg_human_resources__job_service') }}

    union all

    select
        'human_resources__pension' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        cast(null as date) as superseded_in
    from {{ ref('stg_human_resources__pension') }}

    union all

    select
        'human_resources__public_post' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        cast(null as date) as superseded_in
    from {{ ref('stg_human_resources__public_post') }}

    union all

    select
        'housing__dwelling_safety' as extract,
        true as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        cast(null as date) as superseded_in
    from {{ ref('stg_housing__dwelling_safety') }}

    union all

    select
        'water__drinking_water' as extract,
        true as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        cast(null as date) as superseded_in
    from {{ ref('stg_water__drinking_water') }}

    union all

    select
        'agriculture__production_link' as extract,
        true as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        superseded_in
    from {{ ref('stg_agriculture__production_link') }}

    union all

    select
        'finance__asset_distribution' as extract,
        true as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        superseded_in
    from {{ ref('stg_finance__asset_distribution') }}

    union all

    select
        'finance__microcredit' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        cast(null as date) as superseded_in
    from {{ ref('stg_finance__microcredit') }}

    union all

    select
        'insurance__relapse_claim' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        superseded_in
    from {{ ref('stg_insurance__relapse_claim') }}

    union all

    select
        'insurance__relapse_policy' as extract,
        false as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        cast(null as date) as superseded_in
    from {{ ref('stg_insurance__relapse_policy') }}

    union all

    select
        'industry__consumption_assistance' as extract,
        true as is_about_household,
        delivery_month,
        file,
        row_number,
        is_counted,
        identity_id,
        subject_document,
        subject_document_status,
        subject_person_key,
        subject_name,
        evidence_household_key,
        evidence_register_number,
        evidence_town,
        evidence_village,
        superseded_in
    from {{ ref('stg_industry__consumption_assistance') }}
)

select * from department_rows
