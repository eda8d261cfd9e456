-- Grain: one figure of a town, and of the whole county (month, town, figure).
-- Purpose: the employment summary against those of three and of twelve months before, each as known then, so that equally many
-- months of a quarter are compared. Source: ledgers.md section 8; 新农组办〔2023〕3号 art. 6.

with figures as (
    select * from {{ ref('int_employment_figures') }}
),

months as (
    select * from {{ ref('int_months') }}
),

areas as (
    select * from {{ ref('int_areas') }}
),

{{ figures_as_known_then('int_employment_figures', 'stg_kept__employment_figures') }},

compared as (
    select
        figures.month,
        figures.town,
        areas.town_code,
        coalesce(areas.is_total, false) as is_total,
        figures.figure,
        figures.figure_no,
        months.cut_off_year,
        month(months.quarter_start) as quarter_begins_in,
        month(months.cut_off) as quarter_ends_in,
        figures.{{ adapter.quote('value') }} as this_value,
        quarter_ago.known_value as last_quarter,
        year_ago.known_value as last_year
    from figures
    inner join months
        on figures.month = months.month
    left join areas
        on figures.town = areas.town
    left join known_then as quarter_ago
        on
            {{ add_months('figures.month', -3) }} = quarter_ago.month
            and figures.town = quarter_ago.town
            and figures.figure = quarter_ago.figure
    left join known_then as year_ago
        on
            {{ add_months('figures.month', -12) }} = year_ago.month
            and figures.town = year_ago.town
            and figures.figure = year_ago.figure
)

select
    month,
    town,
    town_code,
    is_total,
    figure,
    cast(figure_no as bigint) as figure_no,
    cast(cut_off_year as {{ text_type() }})
    || 'Q'
    || cast({{ whole_division('quarter_begins_in + 2', '3') }} as {{ text_type() }}) as {{ adapter.quote('quarter') }},
    cast(quarter_ends_in - quarter_begins_in + 1 as bigint) as months_of_quarter,
    this_value as {{ adapter.quote('value') }},
    last_quarter,
    last_year,
    cast(this_value - last_quarter as decimal(18, 4)) as change_quarter,
    cast(this_value - last_year as decimal(18, 4)) as change_year,
    mod(month(month), 3) = 0 as is_due
from compared
where {{ is_applicable('compared', 'employment_quarter') }}
