-- Grain: one town or unit that has to answer, '' among them, and figure of what is to be corrected (month, town, figure).
-- Purpose: findings that are open, as counts that add up. Source: ledgers.md section 8.

{{ config(tags=['after_checks']) }}

with findings as (
    select
        findings.month,
        coalesce(households.town, findings.town) as town,
        checks.severity
    from {{ ref('stg_checked__findings') }} as findings
    inner join {{ ref('int_months') }} as months
        on
            findings.month = months.month
            and findings.knowledge_month = months.knowledge_month
    inner join {{ ref('stg_reference__checks') }} as checks
        on findings.check_code = checks.check_code
    left join {{ ref('int_household_months') }} as households
        on
            findings.month = households.month
            and findings.household_id = households.household_id
    left join {{ ref('int_finding_answers') }} as answers
        on
            findings.month = answers.month
            and findings.check_code = answers.check_code
            and findings.entity_key = answers.entity_key
    where answers.waived_until is null
)

{{ figure_counts('findings', {'issues_E': "severity = 'E'", 'issues_W': "severity = 'W'"}) }}
