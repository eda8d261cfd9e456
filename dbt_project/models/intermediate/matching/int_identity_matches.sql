-- Grain: one identity and one member row it counts for (month, identity_id, person_id).
-- Purpose: the join between departments and roster. Of active members every row of the person; of rows 减少 the latest. What a
-- person has decided comes first, and nobody is joined to a member whom a decision excludes. Source: rules.md section 2.

with tier_choices as (
    select * from {{ ref('int_identity_choices') }}
    where persons = 1
),

evidence_matches as (
    select * from {{ ref('int_evidence_matches') }}
),

members as (
    select * from {{ ref('int_roster_members') }}
),

refused as (
    select
        month,
        identity_id,
        person_id
    from {{ ref('int_match_decisions') }}
    where decision = '不是同一人'
),

choices as (
    select
        month,
        identity_id,
        person,
        is_active,
        'evidence' as match_method
    from evidence_matches
    union all
    select
        tier_choices.month,
        tier_choices.identity_id,
        tier_choices.person,
        tier_choices.is_active,
        case tier_choices.tier when 1 then 'id' else 'repaired_id' end as match_method
    from tier_choices
    left join evidence_matches
        on
            tier_choices.month = evidence_matches.month
            and tier_choices.identity_id = evidence_matches.identity_id
    where evidence_matches.identity_id is null
),

chosen as (
    select
        choices.month,
        choices.identity_id,
        choices.is_active,
        choices.match_method,
        members.person_id,
        row_number() over (
            partition by choices.month, choices.identity_id
            order by members.change_date desc nulls last, members.person_id desc
        ) as latest
    from choices
    inner join members
        on
            choices.month = members.month
            and choices.person = members.person
            and choices.is_active = members.is_active
)

select
    chosen.month,
    chosen.identity_id,
    chosen.person_id,
    chosen.match_method
from chosen
left join refused
    on
        chosen.month = refused.month
        and chosen.identity_id = refused.identity_id
        and chosen.person_id = coalesce(refused.person_id, chosen.person_id)
where
    (chosen.is_active or chosen.latest = 1)
    and refused.identity_id is null
