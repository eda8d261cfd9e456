-- Grain: one figure of a town, and of the whole county, in a month whose employment roll arrived (month, town, figure).
-- Purpose: the employment summary as figures that can be compared with those of other months. Source: ledgers.md section 8.

with totals as (
    select * from {{ ref('int_employment_totals') }}
),

arrivals as (
    select * from {{ ref('int_arrivals') }}
)

{% set figures = [
    'workers', 'employed', 'employment_rate', 'public_post', 'in_county', 'in_city', 'in_province', 'out_of_province', 'seeking',
    'not_seeking', 'returned', 'unknown', 'offers_reached', 'returned_reemployed', 'subsidised_persons', 'subsidy_amount',
    'guided_persons', 'trained_persons', 'workshop_persons', 'zero_employment_households',
] -%}
{% for figure in figures -%}
select
    totals.month,
    totals.town,
    '{{ figure }}' as figure,
    {{ loop.index }} as figure_no,
    cast(totals.{{ figure }} as decimal(18, 4)) as {{ adapter.quote('value') }}
from totals
inner join arrivals
    on totals.month = arrivals.month
where
    arrivals.has_human_resources__employment
    and totals.town is not null
{% if not loop.last %}
union all

{% endif %}
{%- endfor %}
