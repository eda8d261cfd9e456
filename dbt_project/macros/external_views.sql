{#- Views over the landed, reference, checked and kept Parquet of this installation, made when a run starts. They replace engine-specific sources. -#}
{% macro create_external_views() %}
{%- set state = var('folders').state -%}
{%- if execute and state -%}
    {%- set statements = [] -%}
    {%- for schema in ['landed', 'reference', 'checked', 'kept'] -%}
        {%- do statements.append('create schema if not exists ' ~ schema) -%}
    {%- endfor -%}
    {%- for table in landed_tables() -%}
        {%- do statements.append(view_over_parquet('landed', table, in_pattern(state) ~ '/landed/' ~ table ~ '/*.parquet')) -%}
    {%- endfor -%}
    {%- for table in reference_tables() -%}
        {%- do statements.append(view_over_parquet('reference', table, state ~ '/reference/' ~ table ~ '.parquet')) -%}
    {%- endfor -%}
    {%- for table in checked_tables() -%}
        {%- do statements.append(view_over_parquet('checked', table, state ~ '/checks/run/' ~ table ~ '.parquet')) -%}
    {%- endfor -%}
    {%- for table in kept_tables() -%}
        {%- do statements.append(view_over_parquet('kept', table, state ~ '/checks/run/' ~ table ~ '.parquet')) -%}
    {%- endfor -%}
    {{ run_in_hook(statements) }}
{%- endif -%}
{% endmacro %}
