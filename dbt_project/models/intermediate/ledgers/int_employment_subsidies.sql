-- Grain: one employment subsidy paid in the window to an active member of a household of the roster
-- (month, delivery_month, file, row_number).
-- Purpose: to whom it was paid, in which employer's name, whether there was a training for it. Source: ledgers.md section 3;
-- 新农组办〔2023〕3号 art. 6, 7.

with subsidies as (
    {{ ledger_rows('human_resources__employment_subsidy') }}
),

months as (
    select * from {{ ref('int_months') }}
),

training_subsidies as (
    select * from {{ ref('int_training_subsidies') }}
)

select
    subsidies.month,
    subsidies.delivery_month,
    subsidies.file,
    subsidies.row_number,
    subsidies.person_id,
    subsidies.subsidy_type,
    subsidies.amount,
    subsidies.paid_on,
    subsidies.employer,
    subsidies.employer_normalized,
    -- null for the types that are for no training
    case when training_subsidies.file is not null then training_subsidies.training_file is not null end as has_training
from subsidies
inner join months
    on
        subsidies.month = months.month
        and {{ is_in_window('subsidies.paid_on') }}
left join training_subsidies
    on
        subsidies.month = training_subsidies.month
        and subsidies.delivery_month = training_subsidies.delivery_month
        and subsidies.file = training_subsidies.file
        and subsidies.row_number = training_subsidies.row_number
