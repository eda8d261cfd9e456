-- Grain: one line of a household's card (month, household_id, policy, person_id, detail).
-- Purpose: pensions, public posts, employment subsidies and services of its members. Source: ledgers.md section 6, policy_card.

with pensions as (
    {{ card_rows('human_resources__pension') }}
),

posts as (
    {{ card_rows('human_resources__public_post') }}
),

subsidies as (
    {{ card_rows('human_resources__employment_subsidy') }}
),

services as (
    {{ card_rows('human_resources__job_service') }}
),

persons as (
    select
        person_months.month,
        person_months.household_id,
        person_months.person_id,
        person_months.pension_status
    from {{ ref('int_person_months') }} as person_months
    inner join {{ ref('int_card_persons') }} as card_persons
        on
            person_months.month = card_persons.month
            and person_months.person_id = card_persons.card_person_id
            and person_months.person_id = card_persons.person_id
),

months as (
    select * from {{ ref('int_months') }}
),

payments as (
    select
        pensions.month,
        pensions.household_id,
        pensions.person_id,
        sum(case when pensions.status = '领取' then pensions.monthly_pension end) as monthly_pension,
        sum(
            case
                when
                    pensions.status = '缴费'
                    and pensions.scheme = '城乡居民'
                    and pensions.insured_year = months.cut_off_year
                    then pensions.subsidised_amount
            end
        ) as subsidised_amount
    from pensions
    inner join months
        on pensions.month = months.month
    group by pensions.month, pensions.household_id, pensions.person_id
)

select
    {{ card_columns(
        'persons',
        8,
        'pension',
        'human_resources',
        person_id='persons.person_id',
        state='persons.pension_status',
        amount="case when persons.pension_status <> 'receiving' then payments.subsidised_amount end",
        monthly_amount="case when persons.pension_status = 'receiving' then payments.monthly_pension end",
    ) }}
from persons
left join payments
    on
        persons.month = payments.month
        and persons.household_id = payments.household_id
        and persons.person_id = payments.person_id
where persons.pension_status is not null

union all

select
    {{ card_columns(
        'posts',
        10,
        'public_post',
        'human_resources',
        person_id='posts.person_id',
        detail='posts.post',
        state="'active'",
        monthly_amount='sum(posts.monthly_pay)',
        times='count(*)',
        from_on='min(posts.started_on)',
        to_on='case when count(posts.ended_on) = count(*) then max(posts.ended_on) end',
    ) }}
from posts
inner join months
    on posts.month = months.month
where
    posts.started_on <= months.cut_off
    and (posts.ended_on is null or posts.ended_on >= months.cut_off)
group by posts.month, posts.household_id, posts.person_id, posts.post

union all

{{ card_flow(
    'subsidies',
    11,
    'employment_subsidy',
    'human_resources',
    day='subsidies.paid_on',
    detail='subsidies.subsidy_type',
    amount='subsidies.amount',
) }}

union all

{{ card_flow('services', 12, 'job_service', 'human_resources', day='services.served_on', detail='services.service_type') }}
