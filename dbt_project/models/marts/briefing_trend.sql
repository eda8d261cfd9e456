-- Grain: one figure of the whole county in a month up to a computed month, within its twelve or the same month of the year
-- before (month, past_month, town, figure).
-- Purpose: how the briefing's main figures went month after month, each earlier month as known then. What was null then is
-- null. Source: ledgers.md section 8; 新农组办〔2023〕3号 art. 1, 4.

{{ config(tags=['after_checks']) }}

with months as (
    select * from {{ ref('int_months') }}
),

county as (
    select * from {{ ref('stg_reference__county') }}
),

figures as (
    select * from {{ ref('int_briefing_figures') }}
),

{{ figures_as_known_then('int_briefing_figures', 'stg_kept__briefing_figures') }},

months_with_figures as (
    select
        month,
        month as past_month,
        town,
        figure,
        {{ adapter.quote('value') }} as shown_value
    from figures
    union all
    select
        months.month,
        known_then.month as past_month,
        known_then.town,
        known_then.figure,
        known_then.known_value as shown_value
    from months
    inner join known_then
        on
            months.window_start <= known_then.month
            and months.month > known_then.month
)

select
    months_with_figures.month,
    months_with_figures.past_month,
    months_with_figures.town,
    months_with_figures.figure,
    months_with_figures.shown_value as {{ adapter.quote('value') }}
from months_with_figures
inner join county
    on months_with_figures.town = county.whole_county
where
    months_with_figures.figure in (
        {%- for figure in trend_figures() %}
        '{{ figure }}'{{ ',' if not loop.last }}
        {%- endfor %}
    )
