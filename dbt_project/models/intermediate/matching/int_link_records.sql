-- Grain: one identity that nothing has matched so far, or one member whom one of them may be (month, side, record_id).
-- Purpose: what the probabilistic model compares; members only as far as some identity leads to them by sound, birth date or
-- household. Source: rules.md section 2, tier 3.

with paired as (
    select distinct
        month,
        identity_id
    from {{ ref('int_evidence_pairs') }}
),

identities as (
    select identities.*
    from {{ ref('int_open_identities') }} as identities
    left join {{ ref('int_evidence_choices') }} as evidence_choices
        on
            identities.month = evidence_choices.month
            and identities.identity_id = evidence_choices.identity_id
    left join {{ ref('int_learned_choices') }} as learned_choices
        on
            identities.month = learned_choices.month
            and identities.identity_id = learned_choices.identity_id
    left join paired
        on
            identities.month = paired.month
            and identities.identity_id = paired.identity_id
    where
        evidence_choices.identity_id is null
        and learned_choices.identity_id is null
        and (identities.person_key is null or paired.identity_id is not null)
),

members as (
    select * from {{ ref('int_roster_members') }}
    where bare_name is not null
),

names as (
    select name from identities
    union distinct
    select bare_name as name from members
),

{{ sounding_names('names') }},

evidence as (
    select * from {{ ref('int_identity_evidence') }}
),

led_to as (
    select
        identities.month,
        identities.identity_id,
        min(members.household_id) as household_id
    from identities
    inner join evidence
        on
            identities.identity_id = evidence.identity_id
            and evidence.kind = 'household'
    inner join members
        on
            identities.month = members.month
            and evidence.said = members.person_key
    group by identities.month, identities.identity_id
),

villages as (
    select
        identity_id,
        min(said) as village
    from evidence
    where kind = 'village'
    group by identity_id
),

identity_records as (
    select
        identities.month,
        'identity' as side,
        identities.identity_id as record_id,
        identities.name,
        sounding_names.sound_key,
        identities.birth_digits,
        identities.sex,
        coalesce(identities.digits_left, identities.person_key, identities.document) as document,
        villages.village,
        led_to.household_id,
        identities.person_key is not null as is_usable
    from identities
    inner join sounding_names
        on identities.name = sounding_names.name
    left join led_to
        on
            identities.month = led_to.month
            and identities.identity_id = led_to.identity_id
    left join villages
        on identities.identity_id = villages.identity_id
),

member_records as (
    select
        members.month,
        'member' as side,
        members.person_id as record_id,
        members.bare_name as name,
        sounding_names.sound_key,
        coalesce(members.birth_digits, substr(members.person_key, 7, 8)) as birth_digits,
        members.sex,
        coalesce(members.trusted_key, members.plain_number) as document,
        coalesce(members.town, '') || '|' || members.village as village,
        members.household_id,
        members.trusted_key is not null as is_usable
    from members
    inner join sounding_names
        on members.bare_name = sounding_names.name
),

-- three equi-joins, not one with or
compared_members as (
    {% for column in ['sound_key', 'birth_digits', 'household_id'] -%}
    select
        member_records.month,
        member_records.record_id
    from member_records
    inner join identity_records
        on
            member_records.month = identity_records.month
            and member_records.{{ column }} = identity_records.{{ column }}
    {{ 'union distinct' if not loop.last }}
    {% endfor -%}
)

select * from identity_records
union all
select member_records.*
from member_records
inner join compared_members
    on
        member_records.month = compared_members.month
        and member_records.record_id = compared_members.record_id
