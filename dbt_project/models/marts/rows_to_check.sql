-- Grain: one department row of the month's delivery that the department should look at (month, extract, file, row_number).
-- Purpose: rows that wait for a person's decision (match_method blank), and rows whose document is unusable though other
-- evidence tells whom they are about. Documents are masked: the list goes back to the department.
-- Source: rules.md section 2, 12.

with row_matches as (
    select * from {{ ref('int_row_matches') }}
    where state in ('repaired_id', 'evidence', 'review')
),

department_rows as (
    select * from {{ ref('int_department_rows') }}
)

select
    row_matches.month,
    row_matches.extract,
    row_matches.file,
    row_matches.row_number,
    department_rows.subject_name as name,
    case
        when length(department_rows.subject_document) >= 15
            then
                substr(department_rows.subject_document, 1, 6)
                || repeat('*', cast(length(department_rows.subject_document) - 10 as integer))
                || substr(department_rows.subject_document, cast(length(department_rows.subject_document) - 3 as integer))
        else repeat('*', cast(length(department_rows.subject_document) as integer))
    end as masked_document,
    department_rows.subject_document_status as id_status,
    case when row_matches.state <> 'review' then row_matches.state end as match_method
from row_matches
inner join department_rows
    on
        row_matches.month = department_rows.delivery_month
        and row_matches.extract = department_rows.extract
        and row_matches.file = department_rows.file
        and row_matches.row_number = department_rows.row_number
where
    row_matches.state = 'review'
    or department_rows.subject_document_status not in ('valid', 'upgraded_15', 'from_certificate')
