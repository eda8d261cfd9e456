-- Grain: one rejected row or unreadable cell of the month's delivery (month, extract, file, sheet, row_number, column_letter).
-- Purpose: tells the department where, what and how to mend it. Source: rules.md section 2.

with problems as (
    select * from {{ ref('stg_landed__intake_problems') }}
),

months as (
    select * from {{ ref('int_months') }}
)

select
    months.month,
    problems.extract,
    problems.file,
    problems.sheet,
    cast(problems.row_number as bigint) as row_number,
    problems.column_letter,
    problems.header,
    problems.outcome,
    problems.message
from months
inner join problems
    on months.month = problems.delivery_month
