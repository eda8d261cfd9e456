-- Grain: one public post of an active member of a household of the roster that is active, to begin, or has ended not before the
-- window (month, delivery_month, file, row_number).
-- Purpose: the state of each post on the cut-off, and how many the member has. Source: ledgers.md section 3;
-- 新农组办〔2023〕3号 art. 8, 10.

with posts as (
    {{ ledger_rows('human_resources__public_post') }}
),

months as (
    select * from {{ ref('int_months') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

spells as (
    select * from {{ ref('int_employment_spells') }}
    where
        kind = 'post'
        and is_active
),

active as (
    select
        month,
        person_id,
        count(*) as active_posts
    from spells
    group by month, person_id
),

stated as (
    select
        posts.*,
        months.cut_off,
        months.window_start,
        case
            when posts.started_on > months.cut_off then 'not_started'
            when posts.ended_on < months.cut_off then 'ended'
            else 'active'
        end as post_state
    from posts
    inner join months
        on posts.month = months.month
)

select
    stated.month,
    stated.delivery_month,
    stated.file,
    stated.row_number,
    stated.person_id,
    stated.post,
    stated.managing_department,
    stated.started_on,
    stated.ended_on,
    stated.monthly_pay,
    stated.post_state,
    stated.post_state = 'active'
    and coalesce({{ days_between('stated.cut_off', 'stated.ended_on') }} <= parameters.public_post_ending_days, false)
        as is_ending_soon,
    coalesce(active.active_posts, 0) as active_posts
from stated
inner join parameters
    on stated.month = parameters.month
left join active
    on
        stated.month = active.month
        and stated.person_id = active.person_id
where
    stated.post_state <> 'ended'
    or stated.ended_on >= stated.window_start
