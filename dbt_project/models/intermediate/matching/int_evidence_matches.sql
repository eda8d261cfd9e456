-- Grain: one identity that tier 3 matches and the person it is (month, identity_id).
-- Purpose: decisions of people, then the steps of the evidence, then what was learned from them, then the model; each with the
-- step that found it and, of the model, its probability and which model it was. Source: rules.md section 2, tier 3.

with decided as (
    select * from {{ ref('int_decided_matches') }}
),

by_evidence as (
    select * from {{ ref('int_evidence_choices') }}
    where claimants = 1
),

learned as (
    select * from {{ ref('int_learned_choices') }}
),

linked as (
    select * from {{ ref('int_linked_choices') }}
    where is_accepted
)

select
    month,
    identity_id,
    person,
    is_active,
    'decision' as step,
    cast(null as double) as probability,
    cast(null as {{ text_type() }}) as model_sha256
from decided
union all
select
    month,
    identity_id,
    person,
    is_active,
    step,
    cast(null as double) as probability,
    cast(null as {{ text_type() }}) as model_sha256
from by_evidence
union all
select
    month,
    identity_id,
    person,
    is_active,
    step,
    cast(null as double) as probability,
    cast(null as {{ text_type() }}) as model_sha256
from learned
union all
select
    month,
    identity_id,
    person,
    is_active,
    'probability' as step,
    probability,
    model_sha256
from linked
