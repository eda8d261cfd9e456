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
    select * from {{ ref('stg_checked__findings') }}
),

numbered as (
    select
        findings.month,
        findings.check_code,
        findings.entity_key,
        calendar.month_index
        - row_number() over (
            partition by findings.check_code, findings.entity_key
            order by calendar.month_index
        ) as run_number
    from findings
    inner join calendar
        on findings.month = calendar.month
    where findings.knowledge_month = findings.month
),

as_known_then as (
    select
        month,
        check_code,
        entity_key,
        min(month) over (partition by check_code, entity_key, run_number) as first_seen,
        row_number() over (partition by check_code, entity_key, run_number order by month) as consecutive_months
    from numbered
)

select
    findings.month,
    findings.check_code,
    findings.entity_key,
    coalesce(as_known_then.first_seen, findings.month) as first_seen,
    coalesce(as_known_then.consecutive_months, 0) + 1 as consecutive_months
from findings
inner join months
    on
        findings.month = months.month
        and findings.knowledge_month = months.knowledge_month
left join as_known_then
    on
        months.previous_month = as_known_then.month
        and findings.check_code = as_known_then.check_code
        and findings.entity_key = as_known_then.entity_key
