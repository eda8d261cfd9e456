-- Grain: one figure of a town that has a household, and of the whole county (month, town, figure).
-- Purpose: the figures of the monthly briefing and of the quarter-end analysis, beside those of one and of three months
-- before, each as known then. Source: ledgers.md section 8; 新农组办〔2023〕3号 art. 1, 4.

{{ config(tags=['after_checks']) }}

with figures as (
    select * from {{ ref('int_briefing_figures') }}
),

areas as (
    select * from {{ ref('int_areas') }}
),

{{ figures_as_known_then('int_briefing_figures', 'stg_kept__briefing_figures') }}

select
    figures.month,
    figures.town,
    areas.town_code,
    coalesce(areas.is_total, false) as is_total,
    figures.figure,
    figures.figure_no,
    figures.unit,
    figures.{{ adapter.quote('value') }},
    month_ago.known_value as previous_value,
    quarter_ago.known_value as quarter_ago_value
from figures
left join areas
    on figures.town = areas.town
left join known_then as month_ago
    on
        {{ add_months('figures.month', -1) }} = month_ago.month
        and figures.town = month_ago.town
        and figures.figure = month_ago.figure
left join known_then as quarter_ago
    on
        {{ add_months('figures.month', -3) }} = quarter_ago.month
        and figures.town = quarter_ago.town
        and figures.figure = quarter_ago.figure
