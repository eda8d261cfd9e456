-- Grain: one public post of an active member of a household of the roster that is active, to begin, or has ended not before the
-- window (month, delivery, file, row_number).
-- Source: ledgers.md section 3; 新农组办〔2023〕3号 art. 8, 10. Not applicable without the roll of posts.

with post_rows as (
    {{ ledger_rows('human_resources__public_post') }}
),

months as (
    select * from {{ ref('int_months') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
),

person_months as (
    select * from {{ ref('int_person_months') }}
),

spells as (
    select * from {{ ref('int_employment_spells') }}
),

active as (
    select
        month,
        person_id,
        count(*) as active_posts
    from spells
    where
        kind = 'post'
        and is_active
    group by month, person_id
),

posts as (
    select
        post_rows.*,
        months.cut_off,
        months.window_start,
        case
            when post_rows.started_on > months.cut_off then 'not_started'
            when post_rows.ended_on < months.cut_off then 'ended'
            else 'active'
        end as post_state
    from post_rows
    inner join months
        on post_rows.month = months.month
)

select
    posts.month,
    {{ source_columns('posts') }},
    {{ ledger_person_columns('persons') }},
    person_months.labour_skill,
    posts.post,
    posts.managing_department,
    posts.started_on,
    posts.ended_on,
    posts.monthly_pay,
    posts.post_state,
    posts.post_state = 'active'
    and coalesce({{ days_between('posts.cut_off', 'posts.ended_on') }} <= parameters.public_post_ending_days, false)
        as is_ending_soon,
    coalesce(active.active_posts, 0) as active_posts,
    person_months.employment_status
from posts
inner join parameters
    on posts.month = parameters.month
inner join persons
    on
        posts.month = persons.month
        and posts.person_id = persons.person_id
inner join person_months
    on
        posts.month = person_months.month
        and posts.person_id = person_months.person_id
left join active
    on
        posts.month = active.month
        and posts.person_id = active.person_id
where
    (posts.post_state <> 'ended' or posts.ended_on >= posts.window_start)
    and {{ is_applicable('posts', 'public_posts') }}
