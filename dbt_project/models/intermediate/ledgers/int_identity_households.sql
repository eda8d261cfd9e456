-- Grain: one identity and one household of the roster that it reaches (month, identity_id, household_id).
-- Purpose: a row counts for each household of the person, once, whatever member rows lead there. Source: rules.md section 2.

with matches as (
    select * from {{ ref('int_identity_matches') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
)

select distinct
    matches.month,
    matches.identity_id,
    persons.household_id
from matches
inner join persons
    on
        matches.month = persons.month
        and matches.person_id = persons.person_id
