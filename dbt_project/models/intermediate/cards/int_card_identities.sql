-- Grain: one identity and one person of a household's card that it is about (month, identity_id, household_id, person_id).
-- Purpose: a row counts once for a person who stands in the household twice. Source: ledgers.md section 6, policy_card.

with matches as (
    select * from {{ ref('int_identity_matches') }}
),

persons as (
    select * from {{ ref('int_card_persons') }}
)

select
    matches.month,
    matches.identity_id,
    persons.household_id,
    persons.card_person_id as person_id,
    bool_or(persons.is_active) as is_active
from matches
inner join persons
    on
        matches.month = persons.month
        and matches.person_id = persons.person_id
group by matches.month, matches.identity_id, persons.household_id, persons.card_person_id
