-- Grain: one member with student aid paid in the window of a month (month, person_id).
-- Purpose: aid of the window, whether any was paid in the last months in which it is due, and any for vocational education
-- (雨露计划). Source: rules.md section 7; checks_added.csv D21.

with student_aid as (
    {{ member_rows('education__student_aid') }}
),

months as (
    select * from {{ ref('int_months') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
)

select
    student_aid.month,
    student_aid.person_id,
    cast(sum(student_aid.amount) as decimal(14, 2)) as aid_12m,
    bool_or(student_aid.paid_on >= {{ add_months('months.month', '-parameters.education_aid_months') }}) as has_recent_aid,
    bool_or(coalesce(student_aid.aid_item like '%雨露%', false)) as has_vocational_aid
from student_aid
inner join months
    on student_aid.month = months.month
inner join parameters
    on student_aid.month = parameters.month
where
    student_aid.paid_on >= months.window_start
    and student_aid.paid_on < months.month
group by student_aid.month, student_aid.person_id
