-- Grain: one row of the member roster, active or 减少, of a household in scope (month, person_id).
-- Purpose: the row under which the person stands on the household's card: of several rows of one person in the household the
-- lowest, active ones first. Source: ledgers.md section 6, policy_card.

with persons as (
    select * from {{ ref('int_ledger_persons') }}
    where is_in_scope
)

select
    month,
    person_id,
    household_id,
    is_active,
    first_value(person_id) over (
        partition by month, household_id, coalesce(person_key, person_id)
        order by is_active desc, person_id asc
    ) as card_person_id
from persons
