-- Grain: one finding of a computed month (month, check_code, entity_key).
-- Purpose: since when it has been found month after month, each earlier month as known then. A month in which it was not found,
-- also because the check was not applicable or a roster did not arrive, ends the run: nothing was handed out in it.
-- Source: rules.md section 1, 10.

{{ config(tags=['after_checks']) }}

with months as (
    select * from {{ ref('int_months') }}
),

calendar as (
    select * from {{ ref('int_calendar') }}
),

findings as (
    select * from {{ ref('int_findings') }}
),

as_known_then as (
    select
        findings.month,
        findings.check_code,
        findings.entity_key,
        calendar.month_index,
        calendar.month_index + 1 as ends_index
    from findings
    inner join calendar
        on findings.month = calendar.month
    where findings.knowledge_month = findings.month
),

{{ runs('as_known_then', ['check_code', 'entity_key']) }}

select
    findings.month,
    findings.check_code,
    findings.entity_key,
    coalesce(earlier.first_month, findings.month) as first_seen,
    coalesce(earlier.consecutive_months, 0) + 1 as consecutive_months
from findings
inner join months
    on
        findings.month = months.month
        and findings.knowledge_month = months.knowledge_month
left join in_runs as earlier
    on
        months.previous_month = earlier.month
        and findings.check_code = earlier.check_code
        and findings.entity_key = earlier.entity_key
