-- Grain: one household of the roster, monitoring month and knowledge (month, knowledge_month, household_id).
-- Purpose: who is on the warning list, by which line, how far below. Source: rules.md section 6; 新农组办〔2023〕3号 art. 2, 3.

with incomes as (
    select * from {{ ref('int_household_incomes') }}
),

tests as (
    select * from {{ ref('int_line_tests') }}
),

lines as (
    select
        month,
        max(case when parameter = 'income.inclusion_line' then amount end) as inclusion_line,
        max(case when parameter = 'income.warning_line' then amount end) as warning_line
    from {{ ref('int_lines') }}
    group by month
),

tested as (
    select
        month,
        knowledge_month,
        household_id,
        bool_or(is_below) as is_listed,
        bool_or(is_below and parameter = 'income.inclusion_line') as is_below_inclusion,
        bool_or(is_below and parameter = 'income.warning_line') as is_below_warning,
        bool_or(fails_amount and parameter = 'income.inclusion_line') as is_red,
        max(case when is_below then amount end) as highest_failed_line
    from tests
    group by month, knowledge_month, household_id
)

select
    incomes.month,
    incomes.knowledge_month,
    incomes.household_id,
    incomes.headcount,
    incomes.months_observed,
    incomes.income_status,
    incomes.income_12m,
    incomes.income_12m_estimate,
    incomes.income_per_capita,
    incomes.wage_12m,
    incomes.business_12m,
    incomes.property_12m,
    incomes.transfer_12m,
    incomes.claim_12m,
    lines.inclusion_line,
    lines.warning_line,
    coalesce(tested.is_listed, false) as is_listed,
    coalesce(tested.is_below_inclusion, false) as is_below_inclusion,
    coalesce(tested.is_below_warning, false) as is_below_warning,
    case when tested.is_red then 'red' else 'yellow' end as level,
    cast(tested.highest_failed_line * incomes.headcount - incomes.income_12m as decimal(14, 2)) as shortfall
from incomes
left join lines
    on incomes.month = lines.month
left join tested
    on
        incomes.month = tested.month
        and incomes.knowledge_month = tested.knowledge_month
        and incomes.household_id = tested.household_id
