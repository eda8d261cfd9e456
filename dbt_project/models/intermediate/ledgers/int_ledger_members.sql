-- Grain: one identity that is joined to a household of the roster (month, identity_id).
-- Purpose: the member whom ledgers name, so that a row stands in a ledger once: a household in scope first, then the lowest
-- person_id; one who has left only where no active member is meant. Source: ledgers.md section 1.

with matches as (
    select * from {{ ref('int_identity_matches') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
),

ranked as (
    select
        matches.month,
        matches.identity_id,
        persons.person_id,
        persons.household_id,
        persons.is_active,
        row_number() over (
            partition by matches.month, matches.identity_id
            order by persons.is_active desc, persons.is_in_scope desc, persons.person_id asc
        ) as place
    from matches
    inner join persons
        on
            matches.month = persons.month
            and matches.person_id = persons.person_id
)

select
    month,
    identity_id,
    person_id,
    household_id,
    is_active
from ranked
where place = 1
