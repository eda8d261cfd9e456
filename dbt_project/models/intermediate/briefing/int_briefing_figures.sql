-- Grain: one figure of a town that has a household, and of the whole county (month, town, figure).
-- Purpose: the figures of a computed month; rates are of the counts, and what cannot be told is null. The county counts what
-- has no town too. Source: ledgers.md section 8; 新农组办〔2023〕3号 art. 1, 4.

{{ config(tags=['after_checks']) }}

with counts as (
    {% for model in [
        'int_briefing_households', 'int_briefing_persons', 'int_briefing_departments', 'int_briefing_follow_up',
    ] -%}
    select * from {{ ref(model) }}
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}
),

county as (
    select * from {{ ref('stg_reference__county') }}
),

blanks as (
    select * from {{ ref('int_briefing_blanks') }}
),

figures as (
    select
        figures.figure,
        cast(figures.figure_no as bigint) as figure_no,
        figures.unit,
        figures.dividend,
        figures.divisor,
        figures.is_null_without_row,
        figures.is_of_county
    from (
        values
        {%- for terms in briefing_figures() %}
        {%- set rate = "'" ~ terms['rate'][0] ~ "', '" ~ terms['rate'][1] ~ "'" if terms['rate'] else 'null, null' %}
        {%- set flags = (terms['is_null_without_row'] or false) ~ ', ' ~ (terms['is_of_county'] or false) %}
        ('{{ terms['figure'] }}', {{ loop.index }}, '{{ terms['unit'] }}', {{ rate }}, {{ flags }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as figures (figure, figure_no, unit, dividend, divisor, is_null_without_row, is_of_county)
),

areas as (
    select distinct
        month,
        town,
        false as is_county
    from {{ ref('int_household_months') }}
    where town is not null
    union all
    select
        months.month,
        county.whole_county as town,
        true as is_county
    from {{ ref('int_months') }} as months
    cross join county
),

totals as (
    select
        month,
        town,
        figure,
        counted
    from counts
    where town is not null
    union all
    select
        counts.month,
        county.whole_county as town,
        counts.figure,
        sum(counts.counted) as counted
    from counts
    cross join county
    group by counts.month, county.whole_county, counts.figure
)

select
    areas.month,
    areas.town,
    figures.figure,
    figures.figure_no,
    figures.unit,
    cast(
        case
            when blanks.figure is not null or (figures.is_of_county and not areas.is_county) then null
            when figures.divisor is not null
                then {{ ratio('coalesce(dividends.counted, 0)', 'coalesce(divisors.counted, 0)') }}
            when figures.is_null_without_row then totals.counted
            else coalesce(totals.counted, 0)
        end as decimal(18, 4)
    ) as {{ adapter.quote('value') }}
from areas
cross join figures
left join blanks
    on
        areas.month = blanks.month
        and figures.figure = blanks.figure
left join totals
    on
        areas.month = totals.month
        and areas.town = totals.town
        and figures.figure = totals.figure
left join totals as dividends
    on
        areas.month = dividends.month
        and areas.town = dividends.town
        and figures.dividend = dividends.figure
left join totals as divisors
    on
        areas.month = divisors.month
        and areas.town = divisors.town
        and figures.divisor = divisors.figure
