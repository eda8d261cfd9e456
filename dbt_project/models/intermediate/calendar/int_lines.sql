-- Grain: one month of the calendar and one income line in force in it.
-- Purpose: the lines that incomes are compared with. A month outside a line's dates has no row: nothing falls back.
-- Source: rules.md section 5.

with calendar as (
    select * from {{ ref('int_calendar') }}
),

policy_parameters as (
    select * from {{ ref('stg_reference__policy_parameters') }}
)

select
    calendar.month,
    policy_parameters.parameter,
    policy_parameters.comparator,
    policy_parameters.populations,
    policy_parameters.document,
    policy_parameters.article,
    cast(policy_parameters.value as decimal(14, 2)) as amount
from calendar
inner join policy_parameters
    on calendar.month between policy_parameters.valid_from and policy_parameters.valid_to
where
    policy_parameters.is_line
    and policy_parameters.value is not null
