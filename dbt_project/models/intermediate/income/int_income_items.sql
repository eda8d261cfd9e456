-- Grain: one item of a household's month of the window that came with the delivery, or is missing
-- (month, household_id, income_month, income_item).
-- Purpose: entries one item a row. Entered: filled items of the entries of this delivery (and later ones, as far as known), of
-- earlier months of the window too. Missing: a component that no entry fills, of households in scope; blank is not zero.
-- Source: rules.md section 4. A view: the only model that reads it has as many rows.

{{ config(materialized='view') }}

with months as (
    select * from {{ ref('int_months') }}
),

households as (
    select * from {{ ref('int_household_months') }}
    where is_in_scope
),

income_rows as (
    select * from {{ ref('stg_rural_revitalization__income_expense') }}
),

offsets as (
    select number as months_back from {{ whole_numbers(1, 12) }} as numbers
),

window_months as (
    select
        months.month,
        {{ add_months('months.month', '-offsets.months_back') }} as income_month
    from months
    cross join offsets
),

entries as (
    select
        months.month,
        income_rows.*
    from months
    inner join income_rows
        on
            months.window_start <= income_rows.income_month
            and months.month > income_rows.income_month
            and {{ is_known('income_rows', 'months.knowledge_month') }}
),

entered as (
    {%- for item in income_components() + other_income_items() %}
    {{ 'union all' if not loop.first }}
    select
        month,
        household_id,
        income_month,
        '{{ item }}' as income_item,
        {{ item }} as income_amount,
        {{ 'true' if item in income_components() else 'false' }} as is_income_component,
        false as is_missing,
        entered_on
    from entries
    where
        {{ item }} is not null
        and delivery_month >= month
    {%- endfor %}
),

-- months of households in scope with a component that nobody has entered
incomplete as (
    select
        households.month,
        households.household_id,
        window_months.income_month,
        entries.wage_income,
        entries.business_income,
        entries.business_expense,
        entries.property_income,
        entries.transfer_income,
        entries.entered_on
    from households
    inner join window_months
        on households.month = window_months.month
    left join entries
        on
            households.month = entries.month
            and households.household_id = entries.household_id
            and window_months.income_month = entries.income_month
    where
        entries.wage_income
        + entries.business_income
        + entries.business_expense
        + entries.property_income
        + entries.transfer_income is null
),

missing as (
    {%- for item in income_components() %}
    {{ 'union all' if not loop.first }}
    select
        month,
        household_id,
        income_month,
        '{{ item }}' as income_item,
        cast(null as decimal(14, 2)) as income_amount,
        true as is_income_component,
        true as is_missing,
        entered_on
    from incomplete
    where {{ item }} is null
    {%- endfor %}
)

select * from entered
union all
select * from missing
