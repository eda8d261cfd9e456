-- Grain: one line of a household's card (month, household_id, policy, person_id, detail).
-- Purpose: student aid of its members. Source: ledgers.md section 6, policy_card.

with student_aid as (
    {{ card_rows('education__student_aid') }}
),

months as (
    select * from {{ ref('int_months') }}
)

{{ card_flow(
    'student_aid',
    9,
    'student_aid',
    'education',
    day='student_aid.paid_on',
    detail='student_aid.aid_item',
    amount='student_aid.amount',
) }}
