-- Grain: one distribution of an asset's yield in the window to a household of the roster (month, delivery, file, row_number).
-- Source: ledgers.md section 5; 新农组办〔2023〕3号 art. 18.

with distributions as (
    select * from {{ ref('int_asset_distributions') }}
),

months as (
    select * from {{ ref('int_months') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
)

select
    distributions.month,
    {{ source_columns('distributions') }},
    {{ ledger_household_columns('persons') }},
    {{ event_columns('distributions.distributed_on') }},
    distributions.asset,
    distributions.asset_town,
    distributions.asset_village,
    distributions.distribution_round,
    distributions.amount,
    distributions.beneficiary_group
from distributions
inner join months
    on distributions.month = months.month
inner join persons
    on
        distributions.month = persons.month
        and distributions.person_id = persons.person_id
