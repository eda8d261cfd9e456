-- Grain: one department row of the delivery of a computed month (month, extract, file, row_number).
-- Purpose: the one state each row is in. Source: rules.md section 2; marts.md department_comparison.

with months as (
    select * from {{ ref('int_months') }}
),

department_rows as (
    select * from {{ ref('int_department_rows') }}
),

matches as (
    select
        month,
        identity_id,
        min(person_id) as person_id,
        min(match_method) as match_method
    from {{ ref('int_identity_matches') }}
    group by month, identity_id
),

reviews as (
    select distinct
        month,
        identity_id
    from {{ ref('int_identity_reviews') }}
)

select
    months.month,
    department_rows.extract,
    department_rows.file,
    department_rows.row_number,
    case
        when not department_rows.is_counted then 'replaced'
        when matches.match_method is not null then matches.match_method
        when reviews.identity_id is not null then 'review'
        else 'not_in_roster'
    end as state,
    matches.person_id,
    coalesce(
        matches.person_id,
        department_rows.subject_person_key,
        {{ document_and_name('department_rows') }}
    ) as person
from months
inner join department_rows
    on months.month = department_rows.delivery_month
left join matches
    on
        months.month = matches.month
        and department_rows.identity_id = matches.identity_id
left join reviews
    on
        months.month = reviews.month
        and department_rows.identity_id = reviews.identity_id
