-- Grain: one public post of an active member of a household of the roster that is active, to begin, or has ended not before the
-- window (month, delivery, file, row_number).
-- Source: ledgers.md section 3; 新农组办〔2023〕3号 art. 8, 10. Not applicable without the roll of posts.

with posts as (
    select * from {{ ref('int_public_posts') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
),

person_months as (
    select * from {{ ref('int_person_months') }}
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
    posts.is_ending_soon,
    posts.active_posts,
    person_months.employment_status
from posts
inner join persons
    on
        posts.month = persons.month
        and posts.person_id = persons.person_id
inner join person_months
    on
        posts.month = person_months.month
        and posts.person_id = person_months.person_id
where {{ is_applicable('posts', 'public_posts') }}
