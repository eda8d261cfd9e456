-- Grain: one month up to a computed month, within its twelve, and one severity (month, past_month, severity).
-- Purpose: how many findings there were month after month, each earlier month as known then. Source: rules.md section 10.

{{ config(tags=['after_checks']) }}

with months as (
    select * from {{ ref('int_months') }}
),

findings as (
    select * from {{ ref('int_findings') }}
),

checks as (
    select * from {{ ref('stg_reference__checks') }}
)

select
    months.month,
    findings.month as past_month,
    checks.severity,
    count(*) as failures,
    count(distinct findings.household_id) as households
from months
inner join findings
    on
        months.window_start < findings.month
        and (
            (months.month = findings.month and months.knowledge_month = findings.knowledge_month)
            or (months.month > findings.month and findings.knowledge_month = findings.month)
        )
inner join checks
    on findings.check_code = checks.check_code
group by months.month, findings.month, checks.severity
