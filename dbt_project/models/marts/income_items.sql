-- Grain: one item of a household's month of the window (month, household_id, income_month, income_item).
-- Purpose: what was entered and what is missing, without opening the landed rows. Source: rules.md section 4;
-- 新农组办〔2023〕3号 art. 3.

with household_months as (
    select * from {{ ref('int_household_months') }}
),

items as (
    select * from {{ ref('int_income_items') }}
)

select
    household_months.month,
    household_months.household_id,
    household_months.town,
    household_months.town_code,
    household_months.village,
    household_months.head_name,
    household_months.is_in_scope,
    items.income_month,
    items.income_item,
    items.income_amount,
    items.is_income_component,
    items.is_missing,
    items.entered_on
from household_months
inner join items
    on
        household_months.month = items.month
        and household_months.household_id = items.household_id
