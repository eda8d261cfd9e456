-- Grain: one identity and one roster row whose documents could be the same (month, identity_id, person_id).
-- Purpose: candidates of tier 1 (equal person_key) and tier 2 (documents at most one edit apart, one of them unusable but
-- given). Source: rules.md section 2.
-- An edit touches at most two neighbouring characters, so of 18 characters the first 11, the last 11, or the first and last 6
-- stay as they are: three equi-joins instead of a comparison of everybody with everybody. The few shorter documents are
-- compared directly.

with months as (
    select * from {{ ref('int_months') }}
),

identities as (
    select
        months.month,
        identities.*
    from months
    inner join {{ ref('int_identities') }} as identities
        on months.knowledge_month >= identities.first_delivery
),

members as (
    select * from {{ ref('int_roster_members') }}
),

equal_keys as (
    select
        identities.month,
        identities.identity_id,
        members.person_id
    from identities
    inner join members
        on
            identities.month = members.month
            and identities.person_key = members.person_key
),

given_identities as (
    select * from identities
    where
        document_status <> 'missing'
        and name is not null
),

given_members as (
    select * from members
    where id_status <> 'missing'
),

near as (
    {% for block in [
        ['substr({0}, 1, 11)'],
        ["substr({0}, greatest(length({0}) - 10, 1), 11)"],
        ['substr({0}, 1, 6)', "substr({0}, greatest(length({0}) - 5, 1), 6)"],
    ] -%}
    select
        given_identities.month,
        given_identities.identity_id,
        given_members.person_id,
        given_identities.comparable_document as identity_document,
        given_members.document as member_document
    from given_identities
    inner join given_members
        on
            given_identities.month = given_members.month
            {%- for part in block %}
            and {{ part.format('given_identities.comparable_document') }} = {{ part.format('given_members.document') }}
            {%- endfor %}
    where given_identities.person_key is null or given_members.person_key is null
    union distinct

    {% endfor -%}
    select
        given_identities.month,
        given_identities.identity_id,
        given_members.person_id,
        given_identities.comparable_document as identity_document,
        given_members.document as member_document
    from given_identities
    inner join given_members
        on given_identities.month = given_members.month
    where
        (given_identities.person_key is null or given_members.person_key is null)
        and length(given_identities.comparable_document) < 18
        and length(given_members.document) < 18
),

repairable as (
    select
        month,
        identity_id,
        person_id
    from near
    where {{ is_one_edit_apart('identity_document', 'member_document') }}
)

select
    *,
    1 as tier
from equal_keys
union all
select
    *,
    2 as tier
from repairable
