-- Grain: one file of the month's delivery (month, file); one that belongs to no extract has a blank extract.
-- Purpose: what became of it; rows loaded, rejected, blank and notes add up to the rows below the header. A file that is
-- read for several extracts (answers, and what comes with them) stands under the one that the others come with, with the
-- rows of all.
-- Source: rules.md section 2.

with files as (
    select * from {{ ref('stg_landed__intake_files') }}
),

extracts as (
    select * from {{ ref('stg_reference__extracts') }}
),

months as (
    select * from {{ ref('int_months') }}
),

placed as (
    select
        months.month,
        files.*,
        row_number() over (
            partition by months.month, files.file
            order by case when extracts.comes_with is null then 0 else 1 end, files.extract
        ) as place
    from months
    inner join files
        on months.month = files.delivery_month
    left join extracts
        on files.extract = extracts.extract
)

select
    month,
    max(case when place = 1 then extract end) as extract,
    file,
    max(case when place = 1 then sha256 end) as sha256,
    {{ texts_in_order('sheet', 'place') }} as sheet,
    cast(max(case when place = 1 then header_row end) as bigint) as header_row,
    max(case when place = 1 then outcome end) as outcome,
    {{ texts_in_order('reason', 'place') }} as explanation,
    cast(sum(rows_delivered) as bigint) as rows_delivered,
    cast(sum(rows_loaded) as bigint) as rows_loaded,
    cast(sum(rows_rejected) as bigint) as rows_rejected,
    cast(sum(rows_blank) as bigint) as rows_blank,
    cast(sum(rows_note) as bigint) as rows_note,
    {{ texts_in_order('unknown_columns', 'place') }} as unknown_columns
from placed
group by month, file
