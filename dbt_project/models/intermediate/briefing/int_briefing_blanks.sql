-- Grain: one figure of the briefing that cannot be told for a computed month (month, figure).
-- Purpose: what a figure rests on did not arrive, or the list that it counts is not applicable: null, not 0.
-- Source: ledgers.md section 8; rules.md section 11.

with months as (
    select * from {{ ref('int_months') }}
),

deliveries as (
    select * from {{ ref('int_deliveries') }}
),

list_needs as (
    select * from {{ ref('int_list_needs') }}
),

listing_months as (
    select * from {{ ref('int_listing_months') }}
),

lines as (
    select distinct month from {{ ref('int_lines') }}
),

marts as (
    select
        marts.figure,
        marts.mart
    from (
        values
        {%- set of_marts = briefing_figures() | selectattr('mart', 'defined') | list %}
        {%- for terms in of_marts %}
        ('{{ terms['figure'] }}', '{{ terms['mart'] }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as marts (figure, mart)
),

needs as (
    select
        needs.figure,
        needs.extract
    from (
        values
        {%- for terms in briefing_figures() %}
        {%- for extract in terms['needs'] or [] %}
        ('{{ terms['figure'] }}', '{{ extract }}'),
        {%- endfor %}
        {%- endfor %}
        (null, null)
    ) as needs (figure, extract)
    where needs.figure is not null
)

select
    months.month,
    marts.figure
from months
cross join marts
inner join list_needs
    on
        months.month = list_needs.month
        and marts.mart = list_needs.mart
where not list_needs.is_applicable

union distinct

select
    months.month,
    needs.figure
from months
cross join needs
inner join deliveries
    on
        months.month = deliveries.delivery_month
        and needs.extract = deliveries.extract
where not deliveries.has_arrived

union distinct

-- who has left is not known without a list of the month before
select
    months.month,
    'warning_left' as figure
from months
left join listing_months
    on
        months.previous_month = listing_months.month
        and months.previous_month = listing_months.knowledge_month
left join lines
    on months.previous_month = lines.month
where
    listing_months.month is null
    or lines.month is null
