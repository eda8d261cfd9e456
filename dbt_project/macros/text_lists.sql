{#- Whether a text is one of those that a parameter lists, separated by 、; unknown where either is. -#}
{% macro is_listed_in(text, list) -%}
('、' || {{ list }} || '、' like '%、' || {{ text }} || '、%')
{%- endmacro %}

{#- Whether a parameter that lists pairs, `one→other`, separated by 、, names this one at all. -#}
{% macro is_paired_in(text, list) -%}
('、' || {{ list }} like '%、' || {{ text }} || '→%')
{%- endmacro %}
