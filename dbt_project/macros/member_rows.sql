{#- The rows of a department's extract that count for each computed month, with whom each is about.
    Of a roll: the rows of the month's delivery. Of a flow: the rows known to the month (rules.md section 2).
    `identities`: the model that says whom a row is about, by month and identity_id; `keys`: its columns that are wanted;
    `condition`: which of its rows will do, in SQL with `identities` as its name. -#}
{% macro counted_rows(extract, identities, keys, condition=none) -%}
select
    months.month,
    {%- for key in keys %}
    identities.{{ key }},
    {%- endfor %}
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
inner join {{ ref(identities) }} as identities
    on
        months.month = identities.month
        and extract_rows.identity_id = identities.identity_id
        {%- if condition %}
        and {{ condition }}
        {%- endif %}
{%- endmacro %}

{#- The same with the member each row is about. A row about a person who stands on the roster twice comes once for each of those
    member rows. -#}
{% macro member_rows(extract) -%}
{{ counted_rows(extract, 'int_identity_matches', ['person_id']) }}
{%- endmacro %}
