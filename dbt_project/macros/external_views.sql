{#- Views over the landed, reference, checked and kept Parquet of this installation, made when a run starts. They replace engine-specific sources. -#}
{% macro create_external_views() %}
{%- set state = var('folders').state -%}
{%- if execute and state -%}
    create schema if not exists landed;
    create schema if not exists reference;
    create schema if not exists checked;
    create schema if not exists kept;
    {%- for table in landed_tables() %}
    {{ view_over_parquet('landed', table, in_pattern(state) ~ '/landed/' ~ table ~ '/*.parquet') }};
    {%- endfor %}
    {%- for table in reference_tables() %}
    {{ view_over_parquet('reference', table, state ~ '/reference/' ~ table ~ '.parquet') }};
    {%- endfor %}
    {%- for table in checked_tables() %}
    {{ view_over_parquet('checked', table, state ~ '/checks/run/' ~ table ~ '.parquet') }};
    {%- endfor %}
    {%- for table in kept_tables() %}
    {{ view_over_parquet('kept', table, state ~ '/checks/run/' ~ table ~ '.parquet') }};
    {%- endfor %}
{%- endif -%}
{% endmacro %}
