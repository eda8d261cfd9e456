-- Grain: one open identity that what was learned from others decides (month, identity_id).
-- Purpose: numbers that a member goes by elsewhere, and register numbers of rows already matched; the name has to be the same,
-- of equal numbers nearly the same. Source: rules.md section 2, tier 3.

with evidence_choices as (
    select * from {{ ref('int_evidence_choices') }}
    where claimants = 1
),

open_identities as (
    select identities.*
    from {{ ref('int_open_identities') }} as identities
    left join evidence_choices
        on
            identities.month = evidence_choices.month
            and identities.identity_id = evidence_choices.identity_id
    where evidence_choices.identity_id is null
),

months as (
    select * from {{ ref('int_months') }}
),

identities as (
    select * from {{ ref('int_identities') }}
),

persons as (
    select distinct
        month,
        person,
        bare_name as name,
        coalesce(birth_digits, substr(trusted_key, 7, 8)) as birth_digits
    from {{ ref('int_roster_members') }}
    where bare_name is not null
),

matched as (
    select
        month,
        identity_id,
        person,
        is_active
    from {{ ref('int_identity_choices') }}
    where persons = 1
    union all
    select
        month,
        identity_id,
        person,
        is_active
    from evidence_choices
),

learned_numbers as (
    select distinct
        evidence_choices.month,
        evidence_choices.person,
        evidence_choices.is_active,
        evidence_choices.identity_key as number,
        {{ bare_name('identities.name') }} as name
    from evidence_choices
    inner join identities
        on evidence_choices.identity_id = identities.identity_id
    where
        evidence_choices.identity_key is not null
        and evidence_choices.step in ('birth_date', 'household_document')
),

register_numbers as (
    select
        matched.month,
        evidence.said,
        matched.person,
        min(case when matched.is_active then 1 else 0 end) = 1 as is_active
    from matched
    inner join months
        on matched.month = months.month
    inner join {{ ref('int_identity_evidence') }} as evidence
        on
            matched.identity_id = evidence.identity_id
            and evidence.kind = 'register_number'
            and months.knowledge_month >= evidence.first_delivery
    group by matched.month, evidence.said, matched.person
),

learned as (
    select
        open_identities.month,
        open_identities.identity_id,
        learned_numbers.person,
        learned_numbers.is_active,
        'learned_number' as step
    from open_identities
    inner join learned_numbers
        on
            open_identities.month = learned_numbers.month
            and open_identities.person_key = learned_numbers.number
    where
        open_identities.name = learned_numbers.name
        or (
            length(learned_numbers.name) > 2
            and {{ names_nearly_agree('open_identities.name', 'learned_numbers.name') }}
        )

    union all

    select
        open_identities.month,
        open_identities.identity_id,
        learned_numbers.person,
        learned_numbers.is_active,
        'learned_number' as step
    from open_identities
    inner join learned_numbers
        on
            open_identities.month = learned_numbers.month
            and open_identities.name = learned_numbers.name
    where
        open_identities.person_key is null
        and {{ is_one_edit_apart('open_identities.document', 'learned_numbers.number') }}

    union all

    select
        open_identities.month,
        open_identities.identity_id,
        register_numbers.person,
        register_numbers.is_active,
        'register_number' as step
    from open_identities
    inner join {{ ref('int_identity_evidence') }} as evidence
        on
            open_identities.identity_id = evidence.identity_id
            and evidence.kind = 'register_number'
    inner join register_numbers
        on
            open_identities.month = register_numbers.month
            and evidence.said = register_numbers.said
    inner join persons
        on
            register_numbers.month = persons.month
            and register_numbers.person = persons.person
            and open_identities.name = persons.name
            and coalesce(open_identities.birth_digits = persons.birth_digits, true)
),

refused as (
    select distinct
        decisions.month,
        decisions.identity_id,
        members.person
    from {{ ref('int_match_decisions') }} as decisions
    inner join {{ ref('int_roster_members') }} as members
        on
            decisions.month = members.month
            and decisions.person_id = members.person_id
    where decisions.decision = '不是同一人'
)

select
    learned.month,
    learned.identity_id,
    min(learned.person) as person,
    bool_or(learned.is_active) as is_active,
    min(learned.step) as step
from learned
left join refused
    on
        learned.month = refused.month
        and learned.identity_id = refused.identity_id
        and learned.person = refused.person
where refused.identity_id is null
group by learned.month, learned.identity_id
having count(distinct learned.person) = 1
