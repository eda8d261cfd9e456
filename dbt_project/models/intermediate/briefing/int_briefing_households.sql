-- Grain: one town, '' among them, and figure that counts households (month, town, figure).
-- Purpose: populations, warnings, burden, entry of incomes and visits, as counts that add up. Source: ledgers.md section 8.

with household_months as (
    select
        household_months.*,
        months.previous_month,
        reasons.trigger_reason,
        coalesce(reported.is_entered, false) as is_entered,
        coalesce(reported.is_visited, false) as is_visited
    from {{ ref('int_household_months') }} as household_months
    inner join {{ ref('int_months') }} as months
        on household_months.month = months.month
    left join {{ ref('int_listing_reasons') }} as reasons
        on
            household_months.is_listed
            and household_months.month = reasons.month
            and household_months.household_id = reasons.household_id
    left join {{ ref('int_reported_households') }} as reported
        on
            household_months.month = reported.month
            and household_months.household_id = reported.household_id
),

left_households as (
    select * from {{ ref('int_left_households') }}
),

burdens as (
    select * from {{ ref('int_expenditure_burdens') }}
)

{{ figure_counts('household_months', {
    'households': none,
    'households_in_scope': 'is_in_scope',
    'monitored_active_households': 'is_monitored_active',
    'identified_in_month': 'is_monitored and identified_month = previous_month',
    'cleared_in_month': 'is_monitored and cleared_month = previous_month',
    'warning_households': household_is_on('warning_list'),
    'warning_red': "is_listed and level = 'red'",
    'warning_yellow': "is_listed and level = 'yellow'",
    'warning_new': "trigger_reason <> 'persisting'",
    'inclusion_candidates': household_is_on('inclusion_candidates'),
    'unassisted_monitored': household_is_on('unassisted_monitored'),
    'income_complete': "is_in_scope and income_status = 'complete'",
    'income_gaps': household_is_on('income_gaps'),
    'households_entered': 'is_entered',
    'households_visited': 'is_visited',
}) }}

union all

select
    month,
    town,
    'warning_' || trigger_reason as figure,
    cast(count(*) as decimal(18, 4)) as counted
from household_months
where trigger_reason is not null
group by month, town, trigger_reason

union all

{{ figure_counts(
    'household_months',
    {'persons_in_scope': 'is_in_scope', 'monitored_active_persons': 'is_monitored_active'},
    counted='sum(headcount)',
) }}

union all

{{ figure_counts('left_households', {'warning_left': none}) }}

union all

{{ figure_counts('burdens', {'burden_households': none, 'burden_falls_below': 'falls_below_after_burden'}) }}
