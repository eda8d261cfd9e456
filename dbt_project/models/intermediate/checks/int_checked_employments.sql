-- Grain: one row of the employment roll that counts and is matched to the roster (month, file, row_number).
-- Purpose: whether the spell is active on the cut-off, and since when one must have begun to be up to date, beside what the row
-- says. Source: rules.md section 8, 10; checks.csv F16, F17; checks_added.csv F39.

with checked_rows as (
    select * from {{ ref('int_checked_rows') }}
    where extract = 'human_resources__employment'
),

employments as (
    select * from {{ ref('stg_human_resources__employment') }}
),

months as (
    select * from {{ ref('int_months') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
)

select
    checked_rows.*,
    employments.employer,
    employments.industry,
    employments.channel,
    employments.monthly_wage,
    employments.started_on,
    employments.ended_on,
    coalesce(
        employments.started_on <= months.cut_off
        and (employments.ended_on is null or employments.ended_on >= months.cut_off),
        false
    ) as is_active,
    {{ add_months('months.cut_off', '-parameters.checks_spell_update_months') }} as up_to_date_from
from checked_rows
inner join employments
    on
        checked_rows.month = employments.delivery_month
        and checked_rows.file = employments.file
        and checked_rows.row_number = employments.row_number
inner join months
    on checked_rows.month = months.month
inner join parameters
    on checked_rows.month = parameters.month
