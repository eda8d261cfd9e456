-- Grain: one entity that a check found in a computed month (month, check_code, entity_key).
-- Purpose: what must be corrected or verified: what stands there, what should, where, by whom, since when, and whether it is
-- waived. Waived findings stay on the list. Source: rules.md section 10.

{{ config(tags=['after_checks']) }}

with months as (
    select * from {{ ref('int_months') }}
),

findings as (
    select * from {{ ref('int_findings') }}
),

checks as (
    select * from {{ ref('stg_reference__checks') }}
),

streaks as (
    select * from {{ ref('int_finding_streaks') }}
),

answers as (
    select * from {{ ref('int_finding_answers') }}
),

-- of what is handed out, the run that is stepped over months in which the check was not applicable
items as (
    select * from {{ ref('int_check_runs') }}
),

areas as (
    select * from {{ ref('int_areas') }}
),

people as (
    select * from {{ ref('int_issue_names') }}
    where person_id is not null
),

households as (
    select * from {{ ref('int_issue_names') }}
    where household_id is not null
)

select
    findings.month,
    findings.check_code,
    findings.entity_key,
    checks.title as check_title,
    checks.severity,
    findings.owner,
    findings.town,
    areas.town_code,
    findings.village,
    findings.household_id,
    findings.person_id,
    households.name as head_name,
    people.name,
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
    {{ item_code('findings.check_code', 'coalesce(items.first_month, streaks.first_seen)', 'findings.entity_key') }}
        as item_code,
    answers.last_result,
    answers.last_answered_on,
    answers.last_answered_by
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
left join areas
    on findings.town = areas.town
left join items
    on
        findings.month = items.month
        and findings.check_code = items.list
        and findings.entity_key = items.entity_key
left join answers
    on
        findings.month = answers.month
        and findings.check_code = answers.check_code
        and findings.entity_key = answers.entity_key
left join people
    on
        findings.month = people.delivery_month
        and findings.person_id = people.person_id
left join households
    on
        findings.month = households.delivery_month
        and findings.household_id = households.household_id
