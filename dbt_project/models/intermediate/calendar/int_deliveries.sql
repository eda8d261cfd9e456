-- Grain: one extract of one month of the calendar.
-- Purpose: whether it arrived, and how many rows it brought. An extract of which every file was refused did not arrive; neither
-- did one of which every row was set aside, or nobody would be on it and lists that rest on absence would name everybody.
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
        coalesce(sum(case when outcome = 'accepted' then rows_loaded end), 0) as rows_accepted,
        -- a file with nothing but its header says that there is nobody
        count(case when outcome = 'accepted' and rows_loaded + rows_rejected = 0 then 1 end) as files_empty,
        sum(rows_loaded + rows_rejected) as rows_received,
        sum(rows_rejected) as rows_rejected
    from {{ ref('stg_landed__intake_files') }}
    group by delivery_month, extract
),

judged as (
    select
        *,
        rows_accepted > 0 or files_empty > 0 as is_usable
    from files
)

select
    calendar.month as delivery_month,
    extracts.extract,
    extracts.department,
    extracts.title,
    extracts.is_register_keeper,
    case
        when judged.is_usable then 'compared'
        when judged.files > 0 then 'rejected'
        else 'not_received'
    end as status,
    coalesce(judged.is_usable, false) as has_arrived,
    cast(coalesce(judged.rows_received, 0) as bigint) as rows_received,
    cast(coalesce(judged.rows_rejected, 0) as bigint) as rows_rejected
from calendar
cross join extracts
left join judged
    on
        calendar.month = judged.delivery_month
        and extracts.extract = judged.extract
