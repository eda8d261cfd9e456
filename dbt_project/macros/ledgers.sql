{#- Ledgers (ledgers.md section 1): which rows stand in one, whom they name, and the columns that several of them have. -#}

{#- The rows of a department's extract that count for each computed month, each once, with the member whom a ledger names
    (`person_id`). A row about a household, a loan and a claim reach the household through a member 减少 as well; any other row
    must be about an active member. -#}
{% macro ledger_rows(extract) -%}
{%- set will_do = extract in extracts_of_who_left() -%}
{{ counted_rows(extract, 'int_ledger_members', ['person_id'], none if will_do else 'identities.is_active') }}
{%- endmacro %}

{#- The extracts whose rows reach a household through a member 减少 as well: what is about the household, the debt, the claim. -#}
{% macro extracts_of_who_left() %}
{{ return(household_extracts() + ['finance__microcredit', 'insurance__relapse_claim']) }}
{% endmacro %}

{#- The same rows with every household of the roster that each is about (`household_id`), once per household: what is computed
    per household, not per ledger (rules.md section 2). -#}
{% macro household_rows(extract) -%}
{{ counted_rows(extract, 'int_identity_households', ['household_id']) }}
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

{#- Which row of which delivered file, of int_delivered_rows. -#}
{% macro row_columns(row) -%}
{{ row }}.extract,
        {{ row }}.delivery_month,
        {{ row }}.file,
        {{ row }}.sheet,
        {{ row }}.row_number
{%- endmacro %}
