{#- Views over the landed, reference, checked and kept Parquet of this installation, made when a run starts. They replace engine-specific sources. -#}
{% macro create_external_views() %}
{%- if execute and var('state') -%}
    create schema if not exists landed;
    create schema if not exists reference;
    create schema if not exists checked;
    create schema if not exists kept;
    {%- for table in landed_tables() %}
    {{ view_over_parquet('landed', table, var('state') ~ '/landed/' ~ table ~ '/*.parquet') }};
    {%- endfor %}
    {%- for table in reference_tables() %}
    {{ view_over_parquet('reference', table, var('state') ~ '/reference/' ~ table ~ '.parquet') }};
    {%- endfor %}
    {%- for table in checked_tables() %}
    {{ view_over_parquet('checked', table, var('state') ~ '/checks/run/' ~ table ~ '.parquet') }};
    {%- endfor %}
    {%- for table in kept_tables() %}
    {{ view_over_parquet('kept', table, var('state') ~ '/checks/run/' ~ table ~ '.parquet') }};
    {%- endfor %}
{%- endif -%}
{% endmacro %}
