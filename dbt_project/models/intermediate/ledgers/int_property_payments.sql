-- Grain: one household of the roster that was paid from an asset or by an entity in the window (month, household_id).
-- Purpose: what the ledgers of other departments paid it, each row once. Source: ledgers.md section 5; checks.csv I14.

with distributions as (
    {{ household_rows('finance__asset_distribution') }}
),

links as (
    {{ household_rows('agriculture__production_link') }}
),

months as (
    select * from {{ ref('int_months') }}
),

payments as (
    select
        month,
        household_id,
        'distributed' as kind,
        distributed_on as paid_on,
        amount
    from distributions
    union all
    select
        month,
        household_id,
        link_type as kind,
        paid_on,
        paid_amount as amount
    from links
    where link_type in ('入股分红', '土地流转')
)

select
    payments.month,
    payments.household_id,
    cast(
        coalesce(sum(case when payments.kind = 'distributed' then payments.amount end), 0) as decimal(14, 2)
    ) as distributed_12m,
    cast(
        coalesce(sum(case when payments.kind = '入股分红' then payments.amount end), 0) as decimal(14, 2)
    ) as shares_paid_12m,
    cast(
        coalesce(sum(case when payments.kind = '土地流转' then payments.amount end), 0) as decimal(14, 2)
    ) as rent_paid_12m
from payments
inner join months
    on
        payments.month = months.month
        and {{ is_in_window('payments.paid_on') }}
group by payments.month, payments.household_id
