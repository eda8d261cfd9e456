{#- The columns that every list of households, and every list of persons, begins with. -#}
{% macro household_columns(row) -%}
{{ row }}.town,
    {{ row }}.village,
    {{ row }}.head_name,
    {{ row }}.household_type,
    {{ row }}.monitoring_category,
    {{ row }}.is_marginal_2019,
    {{ row }}.monitoring_status
{%- endmacro %}

{% macro person_columns(row) -%}
{{ row }}.household_id,
    {{ row }}.town,
    {{ row }}.village,
    {{ row }}.name,
    {{ row }}.sex,
    {{ row }}.age
{%- endmacro %}
