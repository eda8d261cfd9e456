-- Grain: one open identity and one member it may be (month, identity_id, person_id).
-- Purpose: how the two agree, in a few words each: name, document, birth date, sex, village. Source: rules.md section 2, tier
-- 3.

with pairs as (
    select * from {{ ref('int_evidence_pairs') }}
),

compared as (
    select
        pairs.*,
        identities.name,
        identities.person_key as identity_key,
        identities.document,
        identities.digits_left,
        identities.birth_digits,
        identities.sex,
        members.bare_name as member_name,
        members.person,
        members.trusted_key as member_key,
        members.person_key is not null and members.trusted_key is null as is_member_doubtful,
        members.plain_number as member_document,
        case when members.trusted_key is null then {{ digits_left('members.plain_number') }} end as member_digits_left,
        members.birth_digits as member_birth_digits,
        members.sex as member_sex,
        members.is_active,
        coalesce(members.town, '') || '|' || members.village as member_village
    from pairs
    inner join {{ ref('int_open_identities') }} as identities
        on
            pairs.month = identities.month
            and pairs.identity_id = identities.identity_id
    inner join {{ ref('int_roster_members') }} as members
        on
            pairs.month = members.month
            and pairs.person_id = members.person_id
),

names as (
    select distinct
        name,
        member_name as other_name
    from compared
    where name <> member_name
),

{{ same_sounding_places('names') }},

same_sounding as (
    select
        name,
        other_name
    from alike_characters
    group by name, other_name
    having
        count(*) = max(length(name))
        and count(*) = max(length(other_name))
),

villages as (
    select
        months.month,
        evidence.identity_id,
        min(evidence.said) as village
    from {{ ref('int_months') }} as months
    inner join {{ ref('int_identity_evidence') }} as evidence
        on
            months.knowledge_month >= evidence.first_delivery
            and evidence.kind = 'village'
    group by months.month, evidence.identity_id
    having count(distinct evidence.said) = 1
)

select
    compared.month,
    compared.identity_id,
    compared.person_id,
    compared.person,
    compared.is_active,
    compared.name,
    compared.member_name,
    compared.document,
    compared.member_document,
    compared.birth_digits,
    compared.member_birth_digits,
    compared.identity_key is not null as is_identity_usable,
    compared.member_key is not null as is_member_usable,
    compared.identity_key,
    compared.is_by_household_document,
    compared.is_by_others_document,
    compared.is_equal_document,
    compared.is_member_doubtful,
    {{ is_no_name('compared.member_name') }} or {{ is_no_name('compared.name') }} as is_without_name,
    {{ matches('compared.name', "'之[子女儿]$'") }}
    and (compared.member_sex = '女') = {{ matches('compared.name', "'女$'") }}
    and {{ days_between(real_date('compared.member_birth_digits'), 'compared.month') }} < 1096 as is_newborn,
    case
        when compared.name = compared.member_name then 'equal'
        when same_sounding.name is not null and compared.name = {{ name_with_gaps('compared.name') }} then 'same_sound'
        when {{ names_agree_but_for_gaps('compared.name', 'compared.member_name') }} then 'gaps'
        when {{ names_nearly_agree('compared.name', 'compared.member_name') }} then 'near'
        else 'other'
    end as name_agreement,
    case
        when compared.document is null or compared.member_document is null then 'unknown'
        when compared.document = compared.member_document or compared.identity_key = compared.member_key then 'equal'
        when
            compared.digits_left is not null
            and compared.digits_left = substr(
                coalesce(compared.member_key, compared.member_document), 1, length(compared.digits_left)
            )
            then 'digits_left'
        when
            compared.member_digits_left = substr(
                coalesce(compared.identity_key, compared.document), 1, length(compared.member_digits_left)
            )
            then 'digits_left'
        when {{ fits_mask('compared.document', 'compared.member_key') }} then 'masked'
        when {{ is_one_edit_apart(
            'coalesce(compared.identity_key, compared.document)', 'coalesce(compared.member_key, compared.member_document)'
        ) }} then 'one_edit'
        when
            {{ places_apart('coalesce(compared.identity_key, compared.document)',
                'coalesce(compared.member_key, compared.member_document)') }} <= 2
            then 'two_places'
        when
            {{ places_apart('coalesce(compared.identity_key, compared.document)',
                'coalesce(compared.member_key, compared.member_document)') }} > 3
            then 'many_places'
        else 'other'
    end as document_agreement,
    case
        when
            compared.birth_digits is null
            or (compared.member_birth_digits is null and compared.member_key is null)
            then 'unknown'
        when compared.birth_digits in (compared.member_birth_digits, substr(compared.member_key, 7, 8)) then 'equal'
        when {{ places_apart('compared.birth_digits', 'compared.member_birth_digits', 8) }} <= 2 then 'near'
        else 'other'
    end as birth_agreement,
    coalesce(compared.sex <> compared.member_sex, false) as is_other_sex,
    case
        when villages.village is null or compared.member_village is null then 'unknown'
        when villages.village = compared.member_village then 'equal'
        else 'other'
    end as village_agreement
from compared
left join same_sounding
    on
        compared.name = same_sounding.name
        and compared.member_name = same_sounding.other_name
left join villages
    on
        compared.month = villages.month
        and compared.identity_id = villages.identity_id
