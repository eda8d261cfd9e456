-- Grain: one member and extract in a month (month, extract, person_id).
-- Purpose: absence is not certainty: a member for whom a row of the extract waits for a person's decision.
-- Source: rules.md section 2.

with months as (
    select * from {{ ref('int_months') }}
),

reviews as (
    select * from {{ ref('int_identity_reviews') }}
),

department_rows as (
    select distinct
        delivery_month,
        extract,
        identity_id,
        is_counted,
        superseded_in
    from {{ ref('int_department_rows') }}
    where is_counted
),

extracts as (
    select * from {{ ref('stg_reference__extracts') }}
)

select distinct
    months.month,
    department_rows.extract,
    reviews.person_id
from months
inner join reviews
    on months.month = reviews.month
inner join department_rows
    on reviews.identity_id = department_rows.identity_id
inner join extracts
    on department_rows.extract = extracts.extract
where
    (extracts.kind = 'roll' and department_rows.delivery_month = months.month)
    or (extracts.kind = 'flow' and {{ is_known('department_rows', 'months.knowledge_month') }})
