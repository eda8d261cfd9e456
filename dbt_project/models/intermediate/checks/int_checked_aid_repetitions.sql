-- Grain: one member who got the same aid for the same semester on two days or more of the window (month, person_id).
-- Purpose: student aid that may have been paid twice. A blank semester is no semester: it never equals another.
-- Source: rules.md section 1, 10; checks.csv D20.

with months as (
    select * from {{ ref('int_months') }}
),

student_aid as (
    {{ member_rows('education__student_aid') }}
),

repetitions as (
    select
        student_aid.month,
        student_aid.person_id,
        student_aid.aid_item,
        student_aid.semester,
        count(distinct student_aid.paid_on) as days_paid,
        {{ joined_texts('cast(student_aid.paid_on as ' ~ text_type() ~ ')') }} as paid_on_days
    from student_aid
    inner join months
        on student_aid.month = months.month
    where
        student_aid.semester is not null
        and student_aid.paid_on between months.window_start and months.cut_off
    group by student_aid.month, student_aid.person_id, student_aid.aid_item, student_aid.semester
),

repeated as (
    select
        month,
        person_id,
        aid_item || '（' || semester || '）：' || paid_on_days as payments
    from repetitions
    where days_paid > 1
)

select
    month,
    person_id,
    {{ joined_texts('payments') }} as repeated_payments
from repeated
group by month, person_id
