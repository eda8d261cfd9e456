-- Grain: one identity that a person has decided about and the person it is (month, identity_id).
-- Purpose: decisions 同一人, before every rule and model. Source: rules.md section 2.

select
    decisions.month,
    decisions.identity_id,
    members.person,
    members.is_active
from {{ ref('int_match_decisions') }} as decisions
inner join {{ ref('int_roster_members') }} as members
    on
        decisions.month = members.month
        and decisions.person_id = members.person_id
where decisions.decision = '同一人'
