-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one accepted row of one delivery of any extract, by extract, file, sheet and row.
-- Purpose: what says whom a row is about: a household's or member's number, an item of work, else an identity.
-- Source: docs/architecture.md.

{{ config(materialized='view') }}

with delivered_rows as (
    select
        'rural_revitalization__assistance_measure' as extract,
        true as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        cast(null as {{ text_type() }}) as identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_rural_revitalization__assistance_measure') }}

    union all

    select
        'rural_revitalization__feedback' as extract,
        true as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        item_code,
        cast(null as {{ text_type() }}) as identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_rural_revitalization__feedback') }}

    union all

    select
        'rural_revitalization__household_roster' as extract,
        false as is_flow,
        true as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        cast(null as {{ text_type() }}) as identity_id,
        cast(null as date) as dated_on,
        is_counted,
        cast(null as date) as superseded_in
    from {{ ref('stg_rural_revitalization__household_roster') }}

    union all

    select
        'rural_revitalization__income_expense' as extract,
        true as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        cast(null as {{ text_type() }}) as identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_rural_revitalization__income_expense') }}

    union all

    select
        'rural_revitalization__match_decision' as extract,
        true as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        person_id,
        cast(null as {{ text_type() }}) as item_code,
        cast(null as {{ text_type() }}) as identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_rural_revitalization__match_decision') }}

    union all

    select
        'rural_revitalization__member_roster' as extract,
        false as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        household_id,
        person_id,
        cast(null as {{ text_type() }}) as item_code,
        cast(null as {{ text_type() }}) as identity_id,
        cast(null as date) as dated_on,
        is_counted,
        cast(null as date) as superseded_in
    from {{ ref('stg_rural_revitalization__member_roster') }}

    union all

    select
        'rural_revitalization__town_report' as extract,
        true as is_flow,
        true as is_about_household,
        delivery_month,
        file,
        sheet,
        row_number,
        household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        cast(null as {{ text_type() }}) as identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_rural_revitalization__town_report') }}

    union all

    select
        'rural_revitalization__visit' as extract,
        true as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        cast(null as {{ text_type() }}) as identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_rural_revitalization__visit') }}

    union all

    select
        'civil_affairs__assistance_roll' as extract,
        false as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(null as date) as dated_on,
        is_counted,
        cast(null as date) as superseded_in
    from {{ ref('stg_civil_affairs__assistance_roll') }}

    union all

    select
        'civil_affairs__death_register' as extract,
        true as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_civil_affairs__death_register') }}

    union all

    select
        'civil_affairs__disability_subsidy' as extract,
        true as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_civil_affairs__disability_subsidy') }}

    union all

    select
        'civil_affairs__temporary_relief' as extract,
        true as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_civil_affairs__temporary_relief') }}

    union all

    select
        'education__enrolment' as extract,
        false as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(null as date) as dated_on,
        is_counted,
        cast(null as date) as superseded_in
    from {{ ref('stg_education__enrolment') }}

    union all

    select
        'education__student_aid' as extract,
        true as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_education__student_aid') }}

    union all

    select
        'medical_insurance__enrolment' as extract,
        false as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(null as date) as dated_on,
        is_counted,
        cast(null as date) as superseded_in
    from {{ ref('stg_medical_insurance__enrolment') }}

    union all

    select
        'medical_insurance__settlement' as extract,
        true as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_medical_insurance__settlement') }}

    union all

    select
        'disabled_federation__certificate' as extract,
        false as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(null as date) as dated_on,
        is_counted,
        cast(null as date) as superseded_in
    from {{ ref('stg_disabled_federation__certificate') }}

    union all

    select
        'human_resources__employment' as extract,
        false as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(null as date) as dated_on,
        is_counted,
        cast(null as date) as superseded_in
    from {{ ref('stg_human_resources__employment') }}

    union all

    select
        'human_resources__employment_subsidy' as extract,
        true as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_human_resources__employment_subsidy') }}

    union all

    select
        'human_resources__job_service' as extract,
        true as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_human_resources__job_service') }}

    union all

    select
        'human_resources__pension' as extract,
        false as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(null as date) as dated_on,
        is_counted,
        cast(null as date) as superseded_in
    from {{ ref('stg_human_resources__pension') }}

    union all

    select
        'human_resources__public_post' as extract,
        false as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(null as date) as dated_on,
        is_counted,
        cast(null as date) as superseded_in
    from {{ ref('stg_human_resources__public_post') }}

    union all

    select
        'housing__dwelling_safety' as extract,
        false as is_flow,
        true as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(null as date) as dated_on,
        is_counted,
        cast(null as date) as superseded_in
    from {{ ref('stg_housing__dwelling_safety') }}

    union all

    select
        'water__drinking_water' as extract,
        false as is_flow,
        true as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(null as date) as dated_on,
        is_counted,
        cast(null as date) as superseded_in
    from {{ ref('stg_water__drinking_water') }}

    union all

    select
        'agriculture__production_link' as extract,
        true as is_flow,
        true as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_agriculture__production_link') }}

    union all

    select
        'finance__asset_distribution' as extract,
        true as is_flow,
        true as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_finance__asset_distribution') }}

    union all

    select
        'finance__microcredit' as extract,
        false as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(null as date) as dated_on,
        is_counted,
        cast(null as date) as superseded_in
    from {{ ref('stg_finance__microcredit') }}

    union all

    select
        'insurance__relapse_claim' as extract,
        true as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_insurance__relapse_claim') }}

    union all

    select
        'insurance__relapse_policy' as extract,
        false as is_flow,
        false as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(null as date) as dated_on,
        is_counted,
        cast(null as date) as superseded_in
    from {{ ref('stg_insurance__relapse_policy') }}

    union all

    select
        'industry__consumption_assistance' as extract,
        true as is_flow,
        true as is_about_household,
        delivery_month,
        file,
        '' as sheet,
        row_number,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as item_code,
        identity_id,
        cast(dated_on as date) as dated_on,
        is_counted,
        superseded_in
    from {{ ref('stg_industry__consumption_assistance') }}
)

select * from delivered_rows
