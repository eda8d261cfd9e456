-- Grain: one month that is computed.
-- Purpose: the months of this run with what was known when they are computed, and the day on which school age is taken.
-- Source: rules.md section 1.

with requested_months as (
    select * from {{ ref('stg_reference__requested_months') }}
),

calendar as (
    select * from {{ ref('int_calendar') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
)

select
    calendar.*,
    requested_months.knowledge_month,
    -- the last day before the school year to which the cut-off belongs
    cast(
        make_date(
            cast(
                calendar.cut_off_year
                - case when month(calendar.cut_off) >= parameters.education_school_year_starts_in then 0 else 1 end as integer
            ),
            cast(parameters.education_school_year_starts_in as integer),
            1
        ) - 1 as date
    ) as school_age_day
from requested_months
inner join calendar
    on requested_months.month = calendar.month
inner join parameters
    on calendar.month = parameters.month
