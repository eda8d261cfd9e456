-- Grain: one line of a household's card (month, household_id, policy, detail).
-- Purpose: dividends, production, consumption and measures that reached the household.
-- Source: ledgers.md section 6, policy_card.

with distributions as (
    {{ household_rows('finance__asset_distribution') }}
),

links as (
    {{ household_rows('agriculture__production_link') }}
),

purchases as (
    {{ household_rows('industry__consumption_assistance') }}
),

months as (
    select * from {{ ref('int_months') }}
),

measures as (
    select
        months.month,
        assistance_measures.*
    from months
    inner join {{ ref('stg_rural_revitalization__assistance_measure') }} as assistance_measures
        on {{ is_known('assistance_measures', 'months.knowledge_month') }}
),

known_links as (
    select
        links.month,
        links.household_id,
        links.paid_amount,
        coalesce(links.entity, '') || '/' || coalesce(links.link_type, '') as link,
        coalesce(links.paid_on, links.signed_on) as event_on
    from links
    inner join months
        on links.month = months.month
    where
        {{ is_in_window('coalesce(links.paid_on, links.signed_on)') }}
        or (
            links.paid_on is null
            and links.signed_on is null
            and links.delivery_month > months.window_start
            and links.delivery_month <= months.month
        )
)

{{ card_flow(
    'distributions',
    17,
    'asset_dividend',
    'finance',
    day='distributions.distributed_on',
    detail='distributions.asset',
    amount='distributions.amount',
    of_person=false,
) }}

union all

select
    {{ card_columns(
        'known_links',
        18,
        'production_link',
        'agriculture',
        detail='known_links.link',
        amount='sum(known_links.paid_amount)',
        times='count(*)',
        from_on='min(known_links.event_on)',
        to_on='max(known_links.event_on)',
    ) }}
from known_links
group by known_links.month, known_links.household_id, known_links.link

union all

{{ card_flow(
    'purchases', 19, 'consumption', 'industry', day='purchases.bought_on', amount='purchases.amount', of_person=false
) }}

union all

{{ card_flow(
    'measures',
    20,
    'measure',
    'rural_revitalization',
    day='measures.measure_date',
    detail="coalesce(measures.measure_type, '') || '/' || coalesce(measures.measure_name, '')",
    amount='measures.amount',
    of_person=false,
) }}
