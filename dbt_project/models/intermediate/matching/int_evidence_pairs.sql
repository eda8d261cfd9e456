-- Grain: one open identity and one member it may be (month, identity_id, person_id).
-- Purpose: candidates of tier 3: the same sounding name where one of the two documents cannot be used; a household that the
-- row, or the document in it, leads to; an equal document. Equi-joins only. Source: rules.md section 2, tier 3.

with identities as (
    select * from {{ ref('int_open_identities') }}
),

members as (
    select * from {{ ref('int_roster_members') }}
),

evidence as (
    select * from {{ ref('int_identity_evidence') }}
),

months as (
    select * from {{ ref('int_months') }}
),

names as (
    select name from identities
    where person_key is null or digits_left is not null
    union distinct
    select bare_name as name from members
    where bare_name is not null
    union distinct
    select identities.name
    from identities
    inner join members
        on
            identities.month = members.month
            and identities.birth_digits = members.birth_digits
    where members.trusted_key is null
),

{{ sounding_names('names') }},

named_members as (
    select
        members.month,
        members.person_id,
        members.trusted_key,
        sounding_names.sound_key
    from members
    inner join sounding_names
        on members.bare_name = sounding_names.name
),

named_identities as (
    select
        identities.month,
        identities.identity_id,
        identities.person_key,
        identities.digits_left,
        sounding_names.sound_key
    from identities
    inner join sounding_names
        on identities.name = sounding_names.name
),

-- whose household an identity leads to: through a guardian or head, or because its own document belongs to a member
led_to as (
    select
        months.month,
        evidence.identity_id,
        members.household_id,
        members.person_id,
        'household_document' as by_way_of
    from months
    inner join evidence
        on
            months.knowledge_month >= evidence.first_delivery
            and evidence.kind = 'household'
    inner join members
        on
            months.month = members.month
            and evidence.said = members.person_key

    union distinct

    select
        candidates.month,
        candidates.identity_id,
        members.household_id,
        members.person_id,
        case candidates.tier when 1 then 'equal_document' else 'near_document' end as by_way_of
    from {{ ref('int_identity_candidates') }} as candidates
    inner join members
        on
            candidates.month = members.month
            and candidates.person_id = members.person_id
    where not candidates.names_agree
),

of_one_number as (
    select
        identities.month,
        identities.identity_id,
        members.person_id
    from identities
    inner join members
        on
            identities.month = members.month
            and identities.person_key = members.trusted_key
),

pairs as (
    select
        month,
        identity_id,
        person_id,
        false as is_by_household_document,
        false as is_by_others_document,
        true as is_equal_document
    from of_one_number

    union all

    select
        named_identities.month,
        named_identities.identity_id,
        named_members.person_id,
        false as is_by_household_document,
        false as is_by_others_document,
        false as is_equal_document
    from named_identities
    inner join named_members
        on
            named_identities.month = named_members.month
            and named_identities.sound_key = named_members.sound_key
    where
        named_identities.person_key is null
        or named_members.trusted_key is null
        or named_identities.digits_left is not null

    union all

    select
        led_to.month,
        led_to.identity_id,
        members.person_id,
        led_to.by_way_of = 'household_document' as is_by_household_document,
        led_to.by_way_of <> 'household_document' and led_to.person_id <> members.person_id as is_by_others_document,
        led_to.by_way_of = 'equal_document' and led_to.person_id = members.person_id as is_equal_document
    from led_to
    inner join members
        on
            led_to.month = members.month
            and led_to.household_id = members.household_id
    inner join identities
        on
            led_to.month = identities.month
            and led_to.identity_id = identities.identity_id
)

select
    month,
    identity_id,
    person_id,
    bool_or(is_by_household_document) as is_by_household_document,
    bool_or(is_by_others_document) as is_by_others_document,
    bool_or(is_equal_document) as is_equal_document
from pairs
group by month, identity_id, person_id
