-- Grain: one household of one delivery and one population it belongs to.
-- Purpose: lets a line name its populations as data. Source: rules.md section 3, 5.

with households as (
    select * from {{ ref('int_households') }}
)

{% for population, condition in {
    'poverty_alleviated': 'is_poverty_alleviated',
    'marginal_2019': 'is_marginal_2019',
    'monitored': 'is_monitored',
    'monitored_active': 'is_monitored_active',
    'in_scope': 'is_in_scope',
}.items() -%}
select
    delivery_month,
    household_id,
    '{{ population }}' as population
from households
where {{ condition }}
{% if not loop.last %}
union all

{% endif %}
{%- endfor %}
