-- Grain: one training of the window of an active member of a household of the roster
-- (month, delivery_month, file, row_number).
-- Purpose: which subsidies belong to it, and how often the member was served after it. Source: ledgers.md section 3;
-- 新农组办〔2023〕3号 art. 9.

with services as (
    {{ ledger_rows('human_resources__job_service') }}
),

months as (
    select * from {{ ref('int_months') }}
),

training_subsidies as (
    select * from {{ ref('int_training_subsidies') }}
    where training_file is not null
),

seen as (
    select
        services.*,
        months.window_start
    from services
    inner join months
        on
            services.month = months.month
            and services.served_on < months.month
),

trainings as (
    select * from seen
    where service_type = '技能培训'
),

served as (
    select
        trainings.month,
        trainings.delivery_month,
        trainings.file,
        trainings.row_number,
        count(*) as services_after
    from trainings
    inner join seen
        on
            trainings.month = seen.month
            and trainings.person_id = seen.person_id
            and trainings.served_on < seen.served_on
    where
        trainings.served_on >= trainings.window_start
        and seen.service_type in ('岗位推荐', '职业指导')
    group by trainings.month, trainings.delivery_month, trainings.file, trainings.row_number
),

paid as (
    select
        month,
        training_delivery,
        training_file,
        training_row_number,
        sum(amount) as subsidy_paid
    from training_subsidies
    group by month, training_delivery, training_file, training_row_number
)

select
    trainings.month,
    trainings.delivery_month,
    trainings.file,
    trainings.row_number,
    trainings.person_id,
    trainings.served_on,
    trainings.content as course,
    trainings.result,
    cast(coalesce(paid.subsidy_paid, 0) as decimal(14, 2)) as subsidy_paid,
    coalesce(served.services_after, 0) as services_after
from trainings
left join served
    on
        trainings.month = served.month
        and trainings.delivery_month = served.delivery_month
        and trainings.file = served.file
        and trainings.row_number = served.row_number
left join paid
    on
        trainings.month = paid.month
        and trainings.delivery_month = paid.training_delivery
        and trainings.file = paid.training_file
        and trainings.row_number = paid.training_row_number
where trainings.served_on >= trainings.window_start
