-- Grain: one extract of one month of the calendar.
-- Purpose: whether it arrived, and how many rows it brought. An extract of which every file was refused did not arrive.
-- Source: rules.md section 2, 11.

with calendar as (
    select * from {{ ref('int_calendar') }}
),

extracts as (
    select * from {{ ref('stg_reference__extracts') }}
),

files as (
    select
        delivery_month,
        extract,
        count(*) as files,
        count(case when outcome = 'accepted' then 1 end) as files_accepted,
        sum(rows_loaded + rows_rejected) as rows_received,
        sum(rows_rejected) as rows_rejected
    from {{ ref('stg_landed__intake_files') }}
    group by delivery_month, extract
)

select
    calendar.month as delivery_month,
    extracts.extract,
    extracts.department,
    extracts.title,
    extracts.is_register_keeper,
    case
        when files.files_accepted > 0 then 'compared'
        when files.files > 0 then 'rejected'
        else 'not_received'
    end as status,
    coalesce(files.files_accepted > 0, false) as has_arrived,
    cast(coalesce(files.rows_received, 0) as bigint) as rows_received,
    cast(coalesce(files.rows_rejected, 0) as bigint) as rows_rejected
from calendar
cross join extracts
left join files
    on
        calendar.month = files.delivery_month
        and extracts.extract = files.extract
