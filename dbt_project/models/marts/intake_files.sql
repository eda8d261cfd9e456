-- Grain: one file of the month's delivery (month, file); one that belongs to no extract has a blank extract.
-- Purpose: what became of it; rows loaded, rejected, blank and notes add up to the rows below the header.
-- Source: rules.md section 2.

with files as (
    select * from {{ ref('stg_landed__intake_files') }}
),

months as (
    select * from {{ ref('int_months') }}
)

select
    months.month,
    files.extract,
    files.file,
    files.sha256,
    files.sheet,
    cast(files.header_row as bigint) as header_row,
    files.outcome,
    files.reason as explanation,
    cast(files.rows_delivered as bigint) as rows_delivered,
    cast(files.rows_loaded as bigint) as rows_loaded,
    cast(files.rows_rejected as bigint) as rows_rejected,
    cast(files.rows_blank as bigint) as rows_blank,
    cast(files.rows_note as bigint) as rows_note,
    files.unknown_columns
from months
inner join files
    on months.month = files.delivery_month
