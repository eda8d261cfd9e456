{#- Views over the landed and reference Parquet of this installation, made when a run starts. They replace engine-specific sources. -#}
{% macro create_external_views() %}
{%- if execute and var('state') -%}
    create schema if not exists landed;
    create schema if not exists reference;
    {%- for table in landed_tables() %}
    {{ view_over_parquet('landed', table, var('state') ~ '/landed/' ~ table ~ '/*.parquet') }};
    {%- endfor %}
    {%- for table in reference_tables() %}
    {{ view_over_parquet('reference', table, var('state') ~ '/reference/' ~ table ~ '.parquet') }};
    {%- endfor %}
{%- endif -%}
{% endmacro %}
