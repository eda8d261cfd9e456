-- Grain: one check of a computed month (month, check_code).
-- Purpose: what became of every check of the catalogue: passed, failed, or not applicable and why; what is new, found again and
-- mended since the month before; whether it is more than it may be, or than before. Waived findings still count.
-- Source: rules.md section 10.

{{ config(tags=['after_checks']) }}

with months as (
    select * from {{ ref('int_months') }}
),

results as (
    select * from {{ ref('int_results') }}
),

checks as (
    select * from {{ ref('stg_reference__checks') }}
),

issues as (
    select * from {{ ref('data_logic_issues') }}
),

findings as (
    select * from {{ ref('int_findings') }}
),

counted as (
    select
        month,
        check_code,
        count(case when consecutive_months = 1 then 1 end) as new_failures,
        count(case when is_recurring then 1 end) as recurring_failures,
        count(case when status = 'waived' then 1 end) as waived
    from issues
    group by month, check_code
),

mended as (
    select
        months.month,
        findings.check_code,
        count(*) as mended_failures
    from months
    inner join findings
        on
            months.previous_month = findings.month
            and findings.knowledge_month = findings.month
    left join issues
        on
            months.month = issues.month
            and findings.check_code = issues.check_code
            and findings.entity_key = issues.entity_key
    where issues.entity_key is null
    group by months.month, findings.check_code
)

select
    results.month,
    results.check_code,
    checks.title as check_title,
    checks.question,
    checks.severity,
    checks.owner,
    results.outcome,
    results.denominator,
    results.failures,
    coalesce(counted.new_failures, 0) as new_failures,
    coalesce(counted.recurring_failures, 0) as recurring_failures,
    case when results.outcome in ('pass', 'fail') then coalesce(mended.mended_failures, 0) else 0 end as mended_failures,
    coalesce(counted.waived, 0) as waived,
    results.reason,
    {{ ratio('results.failures', 'results.denominator') }} as failing_share,
    results.threshold,
    results.is_over_threshold as exceeds_threshold,
    results.compared_month,
    {{ ratio('results.compared_failures', 'results.compared_denominator') }} as compared_share,
    results.standing
from results
inner join months
    on
        results.month = months.month
        and results.knowledge_month = months.knowledge_month
inner join checks
    on results.check_code = checks.check_code
left join counted
    on
        results.month = counted.month
        and results.check_code = counted.check_code
left join mended
    on
        results.month = mended.month
        and results.check_code = mended.check_code
