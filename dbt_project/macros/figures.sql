{#- CTEs that end in `known_then` (month, town, figure, known_value): the figures of each month as known then, those of the run and
    those kept of earlier months. A restated month stands beside what was known of it then. -#}
{% macro figures_as_known_then(figures, kept) -%}
computed_as_known_then as (
    select
        figures.month,
        figures.town,
        figures.figure,
        figures.{{ adapter.quote('value') }} as known_value
    from {{ ref(figures) }} as figures
    inner join {{ ref('int_months') }} as months
        on
            figures.month = months.month
            and figures.month = months.knowledge_month
),

known_then as (
    select
        month,
        town,
        figure,
        known_value
    from computed_as_known_then
    union all
    select
        kept.month,
        kept.town,
        kept.figure,
        kept.{{ adapter.quote('value') }} as known_value
    from {{ ref(kept) }} as kept
    where
        not exists (
            select 1
            from {{ ref('int_months') }} as months
            where
                months.month = kept.month
                and months.knowledge_month = kept.month
        )
)
{%- endmacro %}
