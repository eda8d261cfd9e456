-- Grain: one month of the calendar.
-- Purpose: the day on which its items are handed out, until when they are to be answered, and up to which day the run of
-- the month reads answers. No day is due where the count touches a year without a notice of holidays. Source: ledgers.md
-- section 7.

with calendar as (
    select * from {{ ref('int_calendar') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

working_days as (
    select * from {{ ref('int_working_days') }}
),

handed_out as (
    select
        calendar.month,
        parameters.worklist_answer_working_days,
        make_date(
            year(calendar.month), month(calendar.month), cast(parameters.worklist_handout_day as integer)
        ) as handed_out_on
    from calendar
    inner join parameters
        on calendar.month = parameters.month
)

select
    handed_out.month,
    handed_out.handed_out_on,
    case when counted_from.has_notice and due.has_notice then due.day end as due_on,
    cast(handed_out.handed_out_on - 1 as date) as read_until
from handed_out
left join working_days as handout_day
    on handed_out.handed_out_on = handout_day.day
left join working_days as counted_from
    on cast(handed_out.handed_out_on + 1 as date) = counted_from.day
left join working_days as due
    on
        handout_day.working_day_number + handed_out.worklist_answer_working_days = due.working_day_number
        and due.is_working_day
