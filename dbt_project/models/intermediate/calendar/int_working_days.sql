-- Grain: one day from the first month of the calendar to the one after the last (day).
-- Purpose: working days, numbered: the working days after one day and up to another are the difference of their numbers;
-- whether a notice says so. Source: the State Council's yearly notices (config/holidays.yml); a year without one counts
-- Monday to Friday.

with calendar as (
    select * from {{ ref('int_calendar') }}
),

span as (
    -- also the months between that brought nothing
    select
        min(month) as first_month,
        {{ add_months('max(month)', 1) }} as last_month
    from calendar
),

years as (
    select year(month) as year_number from calendar
    union distinct
    select year(last_month) as year_number from span
),

notices as (
    select distinct notice_year from {{ ref('stg_reference__holidays') }}
),

holidays as (
    select * from {{ ref('stg_reference__holidays') }}
),

months as (
    select make_date(years.year_number, months_of_year.number, 1) as first_day
    from years
    cross join {{ whole_numbers(1, 12) }} as months_of_year
),

days as (
    select cast(months.first_day + days_after.number as date) as day
    from months
    cross join {{ whole_numbers(0, 30) }} as days_after
    cross join span
    where
        months.first_day between span.first_month and span.last_month
        and months.first_day + days_after.number < {{ add_months('months.first_day', 1) }}
),

judged as (
    select
        days.day,
        -- 2001-01-01 was a Monday
        coalesce(
            holidays.is_working_day,
            mod({{ days_between("cast('2001-01-01' as date)", 'days.day') }}, 7) < 5
        ) as is_working_day,
        holidays.name as holiday,
        notices.notice_year is not null as has_notice
    from days
    left join notices
        on year(days.day) = notices.notice_year
    left join holidays
        on days.day = holidays.day
)

select
    day,
    is_working_day,
    holiday,
    has_notice,
    count(case when is_working_day then 1 end) over (order by day) as working_day_number
from judged
