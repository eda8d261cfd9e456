-- Grain: one identity: a document and a name as some department row gives them (identity_id).
-- Purpose: matching works on identities; the rows of all extracts and deliveries follow theirs.

with department_rows as (
    select * from {{ ref('int_department_rows') }}
    where is_counted
)

select
    identity_id,
    min(delivery_month) as first_delivery,
    min(subject_document) as document,
    min({{ comparable_document('subject_document') }}) as comparable_document,
    min(subject_document_status) as document_status,
    min(subject_person_key) as person_key,
    min(subject_name) as name
from department_rows
group by identity_id
