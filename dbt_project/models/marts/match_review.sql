-- Grain: one department row of the month's delivery that a person has to decide (month, extract, file, row_number).
-- Purpose: the queue: whom the row may be about and why that is not certain, those first whose candidates have no other row in
-- the register. Source: rules.md section 2.

with row_matches as (
    select * from {{ ref('int_row_matches') }}
),

department_rows as (
    select * from {{ ref('int_department_rows') }}
),

reviews as (
    select * from {{ ref('int_identity_reviews') }}
),

members as (
    select * from {{ ref('int_roster_members') }}
),

queued as (
    select
        row_matches.month,
        row_matches.extract,
        row_matches.file,
        row_matches.row_number,
        department_rows.identity_id,
        department_rows.subject_name,
        department_rows.subject_document
    from row_matches
    inner join department_rows
        on
            row_matches.month = department_rows.delivery_month
            and row_matches.extract = department_rows.extract
            and row_matches.file = department_rows.file
            and row_matches.row_number = department_rows.row_number
    where row_matches.state = 'review'
),

found as (
    select distinct
        month,
        extract,
        person_id
    from row_matches
    where person_id is not null
),

with_candidates as (
    select
        queued.month,
        queued.extract,
        queued.file,
        queued.row_number,
        queued.identity_id,
        queued.subject_name,
        queued.subject_document,
        min(reviews.reason) as reason,
        {{ joined_texts('reviews.person_id') }} as candidate_person_ids,
        {{ joined_texts('members.name') }} as candidate_names,
        count(found.person_id) = 0 as is_only_trace
    from queued
    inner join reviews
        on
            queued.month = reviews.month
            and queued.identity_id = reviews.identity_id
    inner join members
        on
            reviews.month = members.month
            and reviews.person_id = members.person_id
    left join found
        on
            queued.month = found.month
            and queued.extract = found.extract
            and reviews.person_id = found.person_id
    group by
        queued.month,
        queued.extract,
        queued.file,
        queued.row_number,
        queued.identity_id,
        queued.subject_name,
        queued.subject_document
)

select
    month,
    extract,
    file,
    row_number,
    {{ review_id('identity_id') }} as review_id,
    cast(
        row_number() over (
            partition by month
            order by case when is_only_trace then 0 else 1 end, reason desc, extract asc, file asc, row_number asc
        ) as bigint
    ) as review_rank,
    is_only_trace,
    reason,
    subject_name as name,
    subject_document as document_number,
    candidate_person_ids,
    candidate_names,
    cast(null as {{ text_type() }}) as decision
from with_candidates
