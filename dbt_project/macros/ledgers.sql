{#- Ledgers (ledgers.md section 1): which rows stand in one, whom they name, and the columns that several of them have. -#}

{#- The rows of a department's extract that count for each computed month, each once, with the member whom a ledger names
    (`person_id`). A row about a household, a loan and a claim reach the household through a member 减少 as well; any other row
    must be about an active member. -#}
{% macro ledger_rows(extract) -%}
select
    months.month,
    ledger_members.person_id,
    extract_rows.*
from {{ ref('int_months') }} as months
inner join {{ ref('stg_' ~ extract) }} as extract_rows
    on
        {% if extract in flow_extracts() -%}
        {{ is_known('extract_rows', 'months.knowledge_month') }}
        {%- else -%}
        extract_rows.delivery_month = months.month
        and extract_rows.is_counted
        {%- endif %}
inner join {{ ref('int_ledger_members') }} as ledger_members
    on
        ledger_members.month = months.month
        and ledger_members.identity_id = extract_rows.identity_id
        {%- if extract not in household_extracts() + ['finance__microcredit', 'insurance__relapse_claim'] %}
        and ledger_members.is_active
        {%- endif %}
{%- endmacro %}

{#- The same rows with every household of the roster that each is about (`household_id`), once per household: what is computed
    per household, not per ledger (rules.md section 2). -#}
{% macro household_rows(extract) -%}
select
    months.month,
    identity_households.household_id,
    extract_rows.*
from {{ ref('int_months') }} as months
inner join {{ ref('stg_' ~ extract) }} as extract_rows
    on
        {% if extract in flow_extracts() -%}
        {{ is_known('extract_rows', 'months.knowledge_month') }}
        {%- else -%}
        extract_rows.delivery_month = months.month
        and extract_rows.is_counted
        {%- endif %}
inner join {{ ref('int_identity_households') }} as identity_households
    on
        identity_households.month = months.month
        and identity_households.identity_id = extract_rows.identity_id
{%- endmacro %}

{#- src: where the row stands. -#}
{% macro source_columns(row) -%}
{{ row }}.delivery_month as delivery,
    {{ row }}.file,
    {{ row }}.row_number
{%- endmacro %}

{#- hc: what kind of household it is. -#}
{% macro standing_columns(row) -%}
{{ row }}.household_type,
    {{ row }}.monitoring_category,
    {{ row }}.monitoring_status,
    {{ row }}.is_in_scope
{%- endmacro %}

{#- lp: the ledger member, of int_ledger_persons. -#}
{% macro ledger_person_columns(row) -%}
{{ row }}.person_id,
    {{ person_columns(row) }},
    {{ standing_columns(row) }}
{%- endmacro %}

{#- lh: the household of the ledger member. -#}
{% macro ledger_household_columns(row) -%}
{{ row }}.household_id,
    {{ row }}.town,
    {{ row }}.town_code,
    {{ row }}.village,
    {{ row }}.head_name,
    {{ standing_columns(row) }}
{%- endmacro %}

{#- ev: when it happened; no day, neither flag. -#}
{% macro event_columns(day, months='months') -%}
{{ day }} as event_on,
    coalesce({{ day }} >= {{ months }}.previous_month and {{ day }} < {{ months }}.month, false) as is_last_month,
    coalesce({{ day }} >= {{ months }}.quarter_start and {{ day }} < {{ months }}.month, false) as is_in_quarter
{%- endmacro %}

{#- Whether a day lies in the window of the month, or is seen by then at all. -#}
{% macro is_in_window(day, months='months') -%}
({{ day }} >= {{ months }}.window_start and {{ day }} < {{ months }}.month)
{%- endmacro %}
