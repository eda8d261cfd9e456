-- Grain: one identity that a person has to decide and one member it may be (month, identity_id, person_id).
-- Purpose: contradictory evidence is never joined: an equal usable document with another name, or several persons that fit.
-- Source: rules.md section 2.

with candidates as (
    select * from {{ ref('int_identity_candidates') }}
),

choices as (
    select * from {{ ref('int_identity_choices') }}
),

undecided as (
    select
        candidates.month,
        candidates.identity_id,
        candidates.person_id,
        case candidates.tier when 1 then 'same_document_other_name' else 'several_persons' end as reason
    from candidates
    left join choices
        on
            candidates.month = choices.month
            and candidates.identity_id = choices.identity_id
    where
        (candidates.tier = 1 and choices.identity_id is null)
        or (candidates.tier = 2 and candidates.names_agree and choices.tier = 2 and choices.persons > 1)
)

select distinct * from undecided
