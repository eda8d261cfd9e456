-- Grain: one active member, or a member 减少 who stands in the death register (month, person_id).
-- Purpose: the day of death beside what a dead person may not receive: assistance by the latest month of payment, a disability
-- subsidy of the month before, a public post on the cut-off. Source: rules.md section 2, 10; checks.csv G16, G17.

with months as (
    select * from {{ ref('int_months') }}
),

member_rows as (
    select * from {{ ref('stg_rural_revitalization__member_roster') }}
    where is_counted
),

households as (
    select * from {{ ref('stg_rural_revitalization__household_roster') }}
    where is_counted
),

registered_deaths as (
    {{ member_rows('civil_affairs__death_register') }}
),

assistance_rows as (
    {{ member_rows('civil_affairs__assistance_roll') }}
),

subsidy_rows as (
    {{ member_rows('civil_affairs__disability_subsidy') }}
),

deaths as (
    select
        month,
        person_id,
        min(died_on) as died_on
    from registered_deaths
    group by month, person_id
),

assistance as (
    select
        month,
        person_id,
        max(payment_month) as assistance_paid_in
    from assistance_rows
    where status = '在保'
    group by month, person_id
),

subsidies as (
    select distinct
        subsidy_rows.month,
        subsidy_rows.person_id
    from subsidy_rows
    inner join months
        on
            subsidy_rows.month = months.month
            and subsidy_rows.payment_month = months.previous_month
),

posts as (
    select
        month,
        person_id,
        count(*) as active_posts
    from {{ ref('int_employment_spells') }}
    where
        kind = 'post'
        and is_active
    group by month, person_id
)

select
    months.month,
    member_rows.person_id,
    member_rows.household_id,
    households.town,
    households.village,
    member_rows.name,
    member_rows.file,
    member_rows.row_number,
    coalesce(member_rows.member_status, '正常') <> '减少' as is_active,
    deaths.died_on,
    assistance.assistance_paid_in,
    subsidies.person_id is not null as has_disability_subsidy,
    coalesce(posts.active_posts, 0) as active_posts,
    months.cut_off,
    months.previous_month
from months
inner join member_rows
    on months.month = member_rows.delivery_month
left join households
    on
        months.month = households.delivery_month
        and member_rows.household_id = households.household_id
left join deaths
    on
        months.month = deaths.month
        and member_rows.person_id = deaths.person_id
left join assistance
    on
        months.month = assistance.month
        and member_rows.person_id = assistance.person_id
left join subsidies
    on
        months.month = subsidies.month
        and member_rows.person_id = subsidies.person_id
left join posts
    on
        months.month = posts.month
        and member_rows.person_id = posts.person_id
where
    coalesce(member_rows.member_status, '正常') <> '减少'
    or deaths.person_id is not null
