-- Grain: one household of the roster (month, household_id).
-- Source: ledgers.md section 5; 新农组办〔2023〕3号 art. 16, 17.

with household_months as (
    select * from {{ ref('int_household_months') }}
),

property_items as (
    select * from {{ ref('int_property_items') }}
),

paid as (
    select * from {{ ref('int_property_payments') }}
)

select
    household_months.month,
    household_months.household_id,
    {{ household_columns('household_months') }},
    household_months.is_in_scope,
    household_months.property_12m,
    property_items.dividend_12m,
    property_items.rent_12m,
    cast(
        household_months.property_12m - property_items.dividend_12m - property_items.rent_12m as decimal(14, 2)
    ) as other_property_12m,
    {% for payment in ['distributed_12m', 'shares_paid_12m', 'rent_paid_12m'] -%}
    cast(coalesce(paid.{{ payment }}, 0) as decimal(14, 2)) as {{ payment }},
    {% endfor -%}
    cast(
        property_items.dividend_12m - coalesce(paid.distributed_12m, 0) - coalesce(paid.shares_paid_12m, 0) as decimal(14, 2)
    ) as dividend_difference,
    cast(property_items.rent_12m - coalesce(paid.rent_paid_12m, 0) as decimal(14, 2)) as rent_difference
from household_months
left join property_items
    on
        household_months.month = property_items.month
        and household_months.household_id = property_items.household_id
left join paid
    on
        household_months.month = paid.month
        and household_months.household_id = paid.household_id
