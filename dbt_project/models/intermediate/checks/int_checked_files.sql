-- Grain: one file of the delivery of a computed month (month, extract, file).
-- Purpose: what the checks of files look at: its header, and the first file of an earlier delivery with the same bytes.
-- Source: checks.csv K03, K04.

with months as (
    select * from {{ ref('int_months') }}
),

extracts as (
    select * from {{ ref('stg_reference__extracts') }}
    where is_expected
),

files as (
    select * from {{ ref('stg_landed__intake_files') }}
),

repeated as (
    select
        files.delivery_month,
        files.extract,
        files.file,
        earlier.delivery_month as same_bytes_month,
        earlier.file as same_bytes_file,
        row_number() over (
            partition by files.delivery_month, files.extract, files.file
            order by earlier.delivery_month, earlier.file
        ) as number
    from files
    inner join files as earlier
        on
            files.sha256 = earlier.sha256
            and files.delivery_month > earlier.delivery_month
)

select
    months.month,
    files.extract,
    files.file,
    extracts.kind,
    files.outcome,
    cast(files.header_row as bigint) as header_row,
    -- a header without rows says that there is nothing to report (rules.md section 1)
    files.outcome = 'accepted' and files.rows_loaded + files.rows_rejected = 0 as is_without_rows,
    files.missing_columns,
    files.unknown_columns,
    repeated.same_bytes_month,
    repeated.same_bytes_file
from months
inner join files
    on months.month = files.delivery_month
inner join extracts
    on files.extract = extracts.extract
-- what comes with another extract is on sheets of its files, which count once
left join files as of_main
    on
        files.delivery_month = of_main.delivery_month
        and files.file = of_main.file
        and extracts.comes_with = of_main.extract
left join repeated
    on
        files.delivery_month = repeated.delivery_month
        and files.extract = repeated.extract
        and files.file = repeated.file
        and repeated.number = 1
where of_main.file is null
