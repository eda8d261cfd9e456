-- Grain: one town or unit that has to answer, '' among them, and figure of what is to be corrected (month, town, figure).
-- Purpose: findings that are open, items of work and answers to none of them, as counts that add up. An answer to no item is
-- nobody's. Source: ledgers.md section 8.

{{ config(tags=['after_checks']) }}

with findings as (
    select
        findings.month,
        case when findings.household_id is null then findings.town else households.town end as town,
        checks.severity
    from {{ ref('int_findings') }} as findings
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
),

rates as (
    select
        rates.*,
        rates.recipient as town
    from {{ ref('int_closure_rates') }} as rates
    cross join {{ ref('stg_reference__county') }} as county
    where
        rates.list = '{{ every_list() }}'
        and rates.recipient <> county.whole_county
),

answers_elsewhere as (
    select distinct
        months.month,
        cast(null as {{ text_type() }}) as town,
        feedback.item_code
    from {{ ref('int_months') }} as months
    inner join {{ ref('int_answered_items') }} as feedback
        on
            months.month = feedback.delivery_month
            and {{ is_known('feedback', 'months.knowledge_month') }}
    left join {{ ref('int_work_items') }} as items
        on
            months.month = items.month
            and feedback.item_code = items.item_code
    where items.item_code is null
)

{{ figure_counts('findings', {'issues_E': "severity = 'E'", 'issues_W': "severity = 'W'"}) }}

union all

{% for figure, column in {
    'items_new': 'new_items', 'items': 'items', 'items_closed': 'closed', 'items_overdue': 'overdue',
    'items_recurring': 'recurring', 'items_in_time': 'in_time',
}.items() -%}
select
    month,
    town,
    '{{ figure }}' as figure,
    cast({{ column }} as decimal(18, 4)) as counted
from rates

union all

{% endfor -%}
{{ figure_counts('answers_elsewhere', {'answers_elsewhere': none}) }}
