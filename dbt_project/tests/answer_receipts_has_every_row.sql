-- Every row of answers that was accepted or rejected when its file was read has a receipt, and nothing else has.
{{ config(tags=['after_checks']) }}

with files as (
    select
        months.month,
        files.file,
        files.rows_loaded + files.rows_rejected as rows_answered
    from {{ ref('int_months') }} as months
    inner join {{ ref('stg_landed__intake_files') }} as files
        on months.month = files.delivery_month
    where
        files.extract = 'rural_revitalization__feedback'
        and files.rows_loaded + files.rows_rejected > 0
),

told as (
    select
        month,
        file,
        count(distinct {{ answer_place() | join(" || '/' || ") }}) as rows_told
    from {{ ref('answer_receipts') }}
    group by month, file
)

select
    coalesce(files.month, told.month) as month,
    coalesce(files.file, told.file) as file,
    files.rows_answered,
    told.rows_told
from files
full join told
    on
        files.month = told.month
        and files.file = told.file
where files.rows_answered is distinct from told.rows_told
