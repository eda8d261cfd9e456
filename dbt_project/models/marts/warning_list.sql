-- Grain: one household on the warning list (month, household_id).
-- Purpose: households with a complete income that fails a line in force, why now, since when. A lead for the town, not a
-- finding.
-- Source: rules.md section 6; 新农组办〔2023〕3号 art. 2, 3.

with household_months as (
    select * from {{ ref('int_household_months') }}
    where {{ household_is_on('warning_list') }}
),

months as (
    select * from {{ ref('int_months') }}
),

reasons as (
    select * from {{ ref('int_listing_reasons') }}
),

streaks as (
    select * from {{ ref('int_listing_streaks') }}
),

known_reasons as (
    select * from {{ ref('int_known_listing_reasons') }}
),

items as (
    select * from {{ ref('int_list_runs') }}
    where list = 'warning_list'
),

answers as (
    select * from {{ ref('int_checked_answers') }}
    where
        is_latest
        and check_code = 'warning_list'
)

select
    household_months.month,
    household_months.household_id,
    {{ household_columns('household_months') }},
    household_months.headcount,
    household_months.income_12m,
    household_months.income_per_capita,
    household_months.inclusion_line,
    household_months.warning_line,
    household_months.is_below_inclusion,
    household_months.is_below_warning,
    household_months.level,
    household_months.shortfall,
    reasons.trigger_reason,
    coalesce(streaks.first_listed_month, household_months.month) as first_listed_month,
    coalesce(streaks.consecutive_months, 0) + 1 as consecutive_months,
    known_reasons.trigger_reason as first_trigger_reason,
    {{ item_code("'warning_list'", 'items.first_month', 'household_months.household_id') }} as item_code,
    answers.result as last_result,
    answers.answered_on as last_answered_on,
    answers.answered_by as last_answered_by
from household_months
inner join months
    on household_months.month = months.month
inner join reasons
    on
        household_months.month = reasons.month
        and household_months.household_id = reasons.household_id
left join streaks
    on
        months.previous_month = streaks.month
        and household_months.household_id = streaks.household_id
left join known_reasons
    on
        coalesce(streaks.first_listed_month, household_months.month) = known_reasons.month
        and household_months.household_id = known_reasons.household_id
left join items
    on
        household_months.month = items.month
        and household_months.household_id = items.household_id
left join answers
    on
        household_months.month = answers.month
        and household_months.household_id = answers.entity_key
