-- Grain: one training or living subsidy of an active member of a household of the roster, paid up to the cut-off
-- (month, delivery_month, file, row_number).
-- Purpose: the training it belongs to: the member's latest before it, within the days that are allowed, in the window or not;
-- of several on that day the first by content, then by where it stands. Source: ledgers.md section 3.

with subsidy_rows as (
    {{ ledger_rows('human_resources__employment_subsidy') }}
),

services as (
    {{ ledger_rows('human_resources__job_service') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

subsidies as (
    select
        subsidy_rows.month,
        subsidy_rows.delivery_month,
        subsidy_rows.file,
        subsidy_rows.row_number,
        subsidy_rows.person_id,
        subsidy_rows.paid_on,
        subsidy_rows.amount,
        parameters.training_subsidy_days
    from subsidy_rows
    inner join parameters
        on subsidy_rows.month = parameters.month
    where
        subsidy_rows.subsidy_type in ('培训补贴', '生活费补贴')
        and subsidy_rows.paid_on < subsidy_rows.month
),

trainings as (
    select
        month,
        delivery_month,
        file,
        row_number,
        person_id,
        served_on,
        content
    from services
    where service_type = '技能培训'
),

ranked as (
    select
        subsidies.*,
        trainings.delivery_month as training_delivery,
        trainings.file as training_file,
        trainings.row_number as training_row_number,
        row_number() over (
            partition by subsidies.month, subsidies.delivery_month, subsidies.file, subsidies.row_number
            order by
                trainings.served_on desc nulls last,
                trainings.content asc nulls last,
                trainings.delivery_month asc,
                trainings.file asc,
                trainings.row_number asc
        ) as place
    from subsidies
    left join trainings
        on
            subsidies.month = trainings.month
            and subsidies.person_id = trainings.person_id
            and subsidies.paid_on >= trainings.served_on
            and {{ days_between('trainings.served_on', 'subsidies.paid_on') }} <= subsidies.training_subsidy_days
)

select
    month,
    delivery_month,
    file,
    row_number,
    person_id,
    paid_on,
    amount,
    training_delivery,
    training_file,
    training_row_number
from ranked
where place = 1
