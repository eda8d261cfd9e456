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

unusable_identities as (
    select * from given_identities
    where person_key is null
),

usable_identities as (
    select * from given_identities
    where person_key is not null
),

unusable_members as (
    select * from given_members
    where person_key is null
),

-- either the identity's document is unusable, whatever the member's, or the member's alone: asked after the join of everybody
-- it would cost the square of the county
near as (
    {% for identities, members in [('unusable_identities', 'given_members'), ('usable_identities', 'unusable_members')] -%}
    {% for block in [
        ['substr({0}, 1, 11)'],
        ["substr({0}, greatest(length({0}) - 10, 1), 11)"],
        ['substr({0}, 1, 6)', "substr({0}, greatest(length({0}) - 5, 1), 6)"],
    ] -%}
    select
        {{ identities }}.month,
        {{ identities }}.identity_id,
        {{ members }}.person_id,
        {{ identities }}.comparable_document as identity_document,
        {{ members }}.document as member_document
    from {{ identities }}
    inner join {{ members }}
        on
            {{ identities }}.month = {{ members }}.month
            {%- for part in block %}
            and {{ part.format(identities ~ '.comparable_document') }} = {{ part.format(members ~ '.document') }}
            {%- endfor %}
    union distinct

    {% endfor -%}
    select
        {{ identities }}.month,
        {{ identities }}.identity_id,
        {{ members }}.person_id,
        {{ identities }}.comparable_document as identity_document,
        {{ members }}.document as member_document
    from {{ identities }}
    inner join {{ members }}
        on {{ identities }}.month = {{ members }}.month
    where
        length({{ identities }}.comparable_document) < 18
        and length({{ members }}.document) < 18
    {%- if not loop.last %}
    union distinct

    {% endif %}
    {%- endfor %}
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
