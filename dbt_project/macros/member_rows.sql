{#- The rows of a department's extract that count for each computed month, with the member each is about.
    Of a roll: the rows of the month's delivery. Of a flow: the rows known to the month. A row about a person who stands on the
    roster twice comes once for each of those member rows (rules.md section 2). -#}
{% macro member_rows(extract) -%}
select
    months.month,
    matches.person_id,
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
inner join {{ ref('int_identity_matches') }} as matches
    on
        matches.month = months.month
        and matches.identity_id = extract_rows.identity_id
{%- endmacro %}
