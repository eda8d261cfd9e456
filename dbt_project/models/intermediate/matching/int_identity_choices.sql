-- Grain: one identity of a month that has a fitting candidate (month, identity_id).
-- Purpose: the step that decides: tier by tier, active members before rows 减少; tier 2 only where exactly one person fits and
-- the identity's own document does not belong to a member with another name. Source: rules.md section 2.

with candidates as (
    select * from {{ ref('int_identity_candidates') }}
),

contradicted as (
    select
        month,
        identity_id
    from candidates
    where tier = 1
    group by month, identity_id
    having not bool_or(names_agree)
),

fitting as (
    select
        candidates.month,
        candidates.identity_id,
        candidates.tier,
        candidates.is_active,
        count(distinct candidates.person) as persons,
        min(candidates.person) as person
    from candidates
    left join contradicted
        on
            candidates.month = contradicted.month
            and candidates.identity_id = contradicted.identity_id
    where
        candidates.names_agree
        and contradicted.identity_id is null
    group by candidates.month, candidates.identity_id, candidates.tier, candidates.is_active
),

ranked as (
    select
        *,
        row_number() over (
            partition by month, identity_id
            order by tier, case when is_active then 0 else 1 end
        ) as step
    from fitting
)

select
    month,
    identity_id,
    tier,
    is_active,
    persons,
    person
from ranked
where step = 1
