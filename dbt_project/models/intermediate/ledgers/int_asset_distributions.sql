-- Grain: one distribution of an asset's yield in the window of a month, to whomever (month, delivery_month, file, row_number).
-- Purpose: the household of the roster that a ledger names and the group it belongs to, or who else got it. Source: ledgers.md
-- section 5; 新农组办〔2023〕3号 art. 18.

with months as (
    select * from {{ ref('int_months') }}
),

distributions as (
    select * from {{ ref('stg_finance__asset_distribution') }}
),

ledger_members as (
    select * from {{ ref('int_ledger_members') }}
),

households as (
    select * from {{ ref('int_households') }}
)

select
    months.month,
    distributions.delivery_month,
    distributions.file,
    distributions.row_number,
    distributions.identity_id,
    ledger_members.person_id,
    ledger_members.household_id,
    distributions.asset,
    distributions.town as asset_town,
    distributions.village as asset_village,
    distributions.distribution_round,
    distributions.amount,
    distributions.distributed_on,
    year(distributions.distributed_on) = months.cut_off_year as is_in_year,
    coalesce(distributions.subject_person_key, {{ document_and_name('distributions') }}) as beneficiary,
    case
        when ledger_members.identity_id is null then null
        when households.is_monitored_active then 'monitored'
        when households.is_poverty_alleviated or households.is_marginal_2019 then 'poverty'
        else 'other'
    end as beneficiary_group
from months
inner join distributions
    on
        {{ is_in_window('distributions.distributed_on') }}
        and {{ is_known('distributions', 'months.knowledge_month') }}
left join ledger_members
    on
        months.month = ledger_members.month
        and distributions.identity_id = ledger_members.identity_id
left join households
    on
        ledger_members.month = households.delivery_month
        and ledger_members.household_id = households.household_id
