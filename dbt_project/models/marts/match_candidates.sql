-- Grain: one queued identity and one member of the roster it may be (month, review_id, person_id).
-- Purpose: what the person who decides compares with the rows of match_review; a decision is about one of these lines.
-- Source: rules.md section 2.

with row_matches as (
    select * from {{ ref('int_row_matches') }}
    where state = 'review'
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

areas as (
    select * from {{ ref('int_areas') }}
),

queued as (
    select distinct
        row_matches.month,
        department_rows.identity_id
    from row_matches
    inner join department_rows
        on
            row_matches.month = department_rows.delivery_month
            and row_matches.extract = department_rows.extract
            and row_matches.file = department_rows.file
            and row_matches.row_number = department_rows.row_number
)

select
    queued.month,
    {{ review_id('queued.identity_id') }} as review_id,
    reviews.person_id,
    reviews.reason,
    members.name,
    members.document as document_number,
    members.household_id,
    members.town,
    areas.town_code,
    members.village
from queued
inner join reviews
    on
        queued.month = reviews.month
        and queued.identity_id = reviews.identity_id
inner join members
    on
        reviews.month = members.month
        and reviews.person_id = members.person_id
left join areas
    on members.town = areas.town
