{#- The columns that every list of households, and every list of persons, begins with; of a relation where several are joined. -#}
{% macro household_columns(row=none) -%}
{%- set of = row ~ '.' if row else '' -%}
{{ of }}town,
    {{ of }}town_code,
    {{ of }}village,
    {{ of }}head_name,
    {{ of }}household_type,
    {{ of }}monitoring_category,
    {{ of }}is_marginal_2019,
    {{ of }}monitoring_status
{%- endmacro %}

{% macro person_columns(row=none) -%}
{%- set of = row ~ '.' if row else '' -%}
{{ of }}household_id,
    {{ of }}town,
    {{ of }}town_code,
    {{ of }}village,
    {{ of }}name,
    {{ of }}sex,
    {{ of }}age
{%- endmacro %}
