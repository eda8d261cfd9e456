-- Grain: one open identity that a step of the evidence accepts for somebody (month, identity_id).
-- Purpose: who it is, if exactly one person fits: names that agree before near names, active members before rows 减少, equal
-- names before equal sounds. Two usable numbers that claim one member without a usable number are nobody's. Source: rules.md
-- section 2, tier 3.

with candidates as (
    select * from {{ ref('int_evidence_candidates') }}
),

ranked as (
    select
        *,
        rank() over (
            partition by month, identity_id
            order by
                rank_of_step,
                case when is_active then 0 else 1 end,
                case when name_agreement = 'equal' then 0 else 1 end
        ) as place
    from candidates
),

fitting as (
    select
        month,
        identity_id,
        is_active,
        count(distinct person) as persons,
        min(person) as person,
        min(step) as step,
        min(identity_key) as identity_key
    from ranked
    where place = 1
    group by month, identity_id, is_active
),

claims as (
    select
        month,
        person,
        count(distinct identity_key) as numbers
    from fitting
    where
        persons = 1
        and step in ('birth_date', 'village')
    group by month, person
)

select
    fitting.month,
    fitting.identity_id,
    fitting.is_active,
    fitting.person,
    fitting.step,
    fitting.identity_key,
    case
        when fitting.persons > 1 then fitting.persons
        when fitting.step in ('birth_date', 'village') then greatest(claims.numbers, 1)
        else 1
    end as claimants
from fitting
left join claims
    on
        fitting.month = claims.month
        and fitting.person = claims.person
