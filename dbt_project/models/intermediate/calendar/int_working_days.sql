-- Grain: one day from the first month of the calendar to the last (day).
-- Purpose: working days, numbered: the working days after one day and up to another are the difference of their numbers.
-- Source: the State Council's yearly notices (config/holidays.yml); a year without a notice counts Monday to Friday.

with calendar as (
    select * from {{ ref('int_calendar') }}
),

span as (
    -- also the months between that brought nothing
    select
        min(month) as first_month,
        max(month) as last_month
    from calendar
),

years as (
    select distinct year(month) as year_number from calendar
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
        holidays.name as holiday
    from days
    left join holidays
        on days.day = holidays.day
)

select
    day,
    is_working_day,
    holiday,
    count(case when is_working_day then 1 end) over (order by day) as working_day_number
from judged
