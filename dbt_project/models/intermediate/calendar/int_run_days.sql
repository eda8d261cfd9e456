-- Grain: one month of the calendar.
-- Purpose: the day on which a month is run by routine and its lists are handed out. Source: 新农组办〔2023〕3号 art. 5.

with calendar as (
    select * from {{ ref('int_calendar') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
)

select
    calendar.month,
    calendar.month_index,
    make_date(year(calendar.month), month(calendar.month), cast(parameters.calendar_run_day as integer)) as run_on
from calendar
inner join parameters
    on calendar.month = parameters.month
