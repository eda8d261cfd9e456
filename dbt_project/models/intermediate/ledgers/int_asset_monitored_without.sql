-- Grain: one asset of a town and village of which something was distributed in the year of the cut-off
-- (month, asset, town, village); a blank town is an empty text.
-- Purpose: how many monitored households of the place it reached not at all, in whatever round. Source: ledgers.md section 5.

with distributions as (
    select
        month,
        identity_id,
        asset,
        coalesce(asset_town, '') as town,
        coalesce(asset_village, '') as village
    from {{ ref('int_asset_distributions') }}
    where is_in_year
),

identity_households as (
    select * from {{ ref('int_identity_households') }}
),

monitored as (
    select * from {{ ref('int_households') }}
    where is_monitored_active
),

assets as (
    select distinct
        month,
        asset,
        town,
        village
    from distributions
),

-- what is distributed counts for each household of the person
reached as (
    select distinct
        distributions.month,
        distributions.asset,
        distributions.town,
        distributions.village,
        identity_households.household_id
    from distributions
    inner join identity_households
        on
            distributions.month = identity_households.month
            and distributions.identity_id = identity_households.identity_id
)

select
    assets.month,
    assets.asset,
    assets.town,
    assets.village,
    count(case when reached.household_id is null then monitored.household_id end) as monitored_without
from assets
left join monitored
    on
        assets.month = monitored.delivery_month
        and assets.village = monitored.village
        and assets.town in ('', monitored.town)
left join reached
    on
        assets.month = reached.month
        and assets.asset = reached.asset
        and assets.town = reached.town
        and assets.village = reached.village
        and monitored.household_id = reached.household_id
group by assets.month, assets.asset, assets.town, assets.village
