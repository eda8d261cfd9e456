{#- The condition that a list of a month can be computed at all; where it cannot, the list is empty and list_status says why. -#}
{% macro is_applicable(row, mart) -%}
exists (
    select 1
    from {{ ref('int_list_needs') }} as list_needs
    where
        list_needs.month = {{ row }}.month
        and list_needs.mart = '{{ mart }}'
        and list_needs.is_applicable
)
{%- endmacro %}
