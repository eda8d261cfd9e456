-- Grain: one line of a household's card (month, household_id, policy, person_id, detail).
-- Purpose: social assistance, disability subsidies and temporary relief of its members.
-- Source: ledgers.md section 6, policy_card.

with assistance as (
    {{ card_rows('civil_affairs__assistance_roll') }}
),

disability_subsidies as (
    {{ card_rows('civil_affairs__disability_subsidy') }}
),

reliefs as (
    {{ card_rows('civil_affairs__temporary_relief') }}
),

months as (
    select * from {{ ref('int_months') }}
)

select
    {{ card_columns(
        'assistance',
        2,
        'assistance',
        'civil_affairs',
        person_id='assistance.person_id',
        detail='assistance.assistance_type',
        state="'在保'",
        monthly_amount='sum(assistance.monthly_amount)',
        times='count(*)',
        from_on='min(assistance.started_on)',
    ) }}
from assistance
where assistance.status = '在保'
group by assistance.month, assistance.household_id, assistance.person_id, assistance.assistance_type

union all

{{ card_flow(
    'disability_subsidies',
    3,
    'disability_subsidy',
    'civil_affairs',
    day='disability_subsidies.payment_month',
    detail='disability_subsidies.subsidy_type',
    amount='disability_subsidies.amount',
) }}

union all

{{ card_flow(
    'reliefs', 4, 'temporary_relief', 'civil_affairs', day='reliefs.paid_on', detail='reliefs.relief_type', amount='reliefs.amount'
) }}
