-- Grain: one identity that a person has to decide and one member it may be (month, identity_id, person_id).
-- Purpose: contradictory or weak evidence is never joined: an equal usable document with another name; several persons that
-- fit; a near name in the household that the row names; a probability below the one for joining. What was decided before is
-- not asked again. Source: rules.md section 2.

with candidates as (
    select * from {{ ref('int_identity_candidates') }}
),

choices as (
    select * from {{ ref('int_identity_choices') }}
),

evidence_matches as (
    select * from {{ ref('int_evidence_matches') }}
),

decisions as (
    select * from {{ ref('int_match_decisions') }}
),

undecided as (
    select
        candidates.month,
        candidates.identity_id,
        candidates.person_id,
        case candidates.tier when 1 then 'same_document_other_name' else 'several_persons' end as reason,
        case candidates.tier when 1 then 1 else 2 end as rank_of_reason
    from candidates
    left join choices
        on
            candidates.month = choices.month
            and candidates.identity_id = choices.identity_id
    where
        (candidates.tier = 1 and choices.identity_id is null)
        or (candidates.tier = 2 and candidates.names_agree and choices.tier = 2 and choices.persons > 1)

    union all

    select
        evidence_candidates.month,
        evidence_candidates.identity_id,
        evidence_candidates.person_id,
        'several_persons' as reason,
        2 as rank_of_reason
    from {{ ref('int_evidence_candidates') }} as evidence_candidates
    inner join {{ ref('int_evidence_choices') }} as evidence_choices
        on
            evidence_candidates.month = evidence_choices.month
            and evidence_candidates.identity_id = evidence_choices.identity_id
    where evidence_choices.claimants > 1

    union all

    select
        month,
        identity_id,
        person_id,
        'near_name_in_household' as reason,
        3 as rank_of_reason
    from {{ ref('int_evidence_features') }}
    where
        is_by_household_document
        and name_agreement in ('near', 'gaps')
        and birth_agreement in ('equal', 'unknown')

    union all

    select
        month,
        identity_id,
        person_id,
        'probable' as reason,
        4 as rank_of_reason
    from {{ ref('int_linked_choices') }}
    where is_to_review
),

ranked as (
    select
        undecided.*,
        row_number() over (
            partition by undecided.month, undecided.identity_id, undecided.person_id
            order by undecided.rank_of_reason
        ) as place
    from undecided
    left join evidence_matches
        on
            undecided.month = evidence_matches.month
            and undecided.identity_id = evidence_matches.identity_id
    left join decisions
        on
            undecided.month = decisions.month
            and undecided.identity_id = decisions.identity_id
            and undecided.person_id = coalesce(decisions.person_id, undecided.person_id)
            and decisions.decision = '不是同一人'
    where
        evidence_matches.identity_id is null
        and decisions.identity_id is null
)

select
    month,
    identity_id,
    person_id,
    reason
from ranked
where place = 1
