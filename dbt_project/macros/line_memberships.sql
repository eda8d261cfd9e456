{#- Which lines are for which households of a delivery: a household in one of a line's populations (rules.md section 5). -#}
{% macro line_memberships() -%}
select distinct
        populations.delivery_month,
        populations.household_id,
        line_populations.parameter
    from {{ ref('int_household_populations') }} as populations
    inner join {{ ref('stg_reference__line_populations') }} as line_populations
        on populations.population = line_populations.population
{%- endmacro %}
