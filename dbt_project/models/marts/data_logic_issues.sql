-- Grain: one entity that a check found in a computed month (month, check_code, entity_key).
-- Purpose: what must be corrected or verified: what stands there, what should, where, by whom, since when, and whether it is
-- waived. Waived findings stay on the list. Source: rules.md section 10.

{{ config(tags=['after_checks']) }}

with months as (
    select * from {{ ref('int_months') }}
),

findings as (
    select * from {{ source('checked', 'findings') }}
),

checks as (
    select * from {{ source('reference', 'checks') }}
),

streaks as (
    select * from {{ ref('int_finding_streaks') }}
),

answers as (
    select * from {{ ref('int_finding_answers') }}
),

member_rows as (
    select * from {{ ref('stg_rural_revitalization__member_roster') }}
    where is_counted
),

household_rows as (
    select * from {{ ref('stg_rural_revitalization__household_roster') }}
    where is_counted
)

select
    findings.month,
    findings.check_code,
    findings.entity_key,
    checks.title as check_title,
    checks.severity,
    findings.owner,
    findings.town,
    findings.village,
    findings.household_id,
    findings.person_id,
    household_rows.head_name,
    member_rows.name,
    findings.extract,
    findings.file,
    findings.row_number,
    findings.field,
    findings.field_header,
    findings.found,
    findings.expected,
    checks.advice,
    streaks.first_seen,
    streaks.consecutive_months,
    coalesce(answers.was_mended, false) as is_recurring,
    answers.waived_until,
    case when answers.waived_until is not null then 'waived' else 'open' end as status,
    findings.check_code || '/' || {{ month_text('streaks.first_seen') }} || '/' || findings.entity_key as item_code
from findings
inner join months
    on
        findings.month = months.month
        and findings.knowledge_month = months.knowledge_month
inner join checks
    on findings.check_code = checks.check_code
inner join streaks
    on
        findings.month = streaks.month
        and findings.check_code = streaks.check_code
        and findings.entity_key = streaks.entity_key
left join answers
    on
        findings.month = answers.month
        and findings.check_code = answers.check_code
        and findings.entity_key = answers.entity_key
left join member_rows
    on
        findings.month = member_rows.delivery_month
        and findings.person_id = member_rows.person_id
left join household_rows
    on
        findings.month = household_rows.delivery_month
        and findings.household_id = household_rows.household_id
