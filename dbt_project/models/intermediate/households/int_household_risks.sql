-- Grain: one risk of a household of the roster of a computed month (month, household_id, risk).
-- Purpose: the five columns of risks, one below the other; a risk that is entered twice stands at its first place.
-- Source: extracts.yml, household_roster; checks_added.csv C27.

with months as (
    select * from {{ ref('int_months') }}
),

household_rows as (
    select * from {{ ref('stg_rural_revitalization__household_roster') }}
    where is_counted
),

entered as (
    {%- for place in range(1, 6) %}
    {{ 'union all' if not loop.first }}
    select
        delivery_month,
        household_id,
        {{ place }} as place,
        risk_{{ place }} as risk
    from household_rows
    where risk_{{ place }} is not null
    {%- endfor %}
)

select
    months.month,
    entered.household_id,
    entered.risk,
    min(entered.place) as place
from months
inner join entered
    on months.month = entered.delivery_month
group by months.month, entered.household_id, entered.risk
