-- Grain: one household in scope whose income of the window is not complete (month, household_id).
-- Purpose: what has to be entered before anything can be said; a missing month is not a month of zero.
-- Source: rules.md section 4; 新农组办〔2023〕3号 art. 3.

with household_months as (
    select * from {{ ref('int_household_months') }}
    where {{ household_is_on('income_gaps') }}
),

months as (
    select * from {{ ref('int_months') }}
),

offsets as (
    select number as months_back from {{ whole_numbers(1, 12) }} as numbers
),

window_months as (
    select
        months.month,
        months.knowledge_month,
        {{ add_months('months.month', '-offsets.months_back') }} as income_month
    from months
    cross join offsets
),

observed as (
    select * from {{ ref('int_income_months') }}
    where is_observed
),

missing as (
    select
        household_months.month,
        household_months.household_id,
        {{ sorted_texts(month_text('window_months.income_month')) }} as missing_months
    from household_months
    inner join window_months
        on household_months.month = window_months.month
    left join observed
        on
            window_months.month = observed.month
            and window_months.knowledge_month = observed.knowledge_month
            and window_months.income_month = observed.income_month
            and household_months.household_id = observed.household_id
    where observed.household_id is null
    group by household_months.month, household_months.household_id
)

select
    household_months.month,
    household_months.household_id,
    {{ household_columns('household_months') }},
    household_months.headcount,
    household_months.months_observed,
    coalesce(missing.missing_months, {{ no_texts() }}) as missing_months,
    household_months.income_status,
    household_months.income_12m_estimate
from household_months
left join missing
    on
        household_months.month = missing.month
        and household_months.household_id = missing.household_id
