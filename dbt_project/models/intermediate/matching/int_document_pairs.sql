-- Grain: one identity and one roster row whose documents could be the same (month, identity_id, person_id).
-- Purpose: candidates of tier 1 (equal person_key) and tier 2 (documents at most one edit apart, one of them unusable but
-- given). Source: rules.md section 2.
-- An edit touches at most two neighbouring characters. Of 18 characters it leaves the first 14, the first 11 and last 3, the
-- first and last 6, or the last 11 as they are; of 15 to 17 the first 11, the first 6 and last 3, or the last 8: equi-joins
-- instead of a comparison of everybody with everybody. No key is district, year and month alone: thousands share these. The few
-- documents shorter than that are compared directly.

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
    {% set outer_loop = loop -%}
    {% for identity_lengths, member_lengths, first, last in [
        ('>= 17', '>= 17', 14, 0),
        ('>= 17', '>= 17', 11, 3),
        ('>= 17', '>= 17', 6, 6),
        ('>= 17', '>= 17', 0, 11),
        ('between 15 and 17', 'between 15 and 17', 11, 0),
        ('between 15 and 17', 'between 15 and 17', 6, 3),
        ('between 15 and 17', 'between 15 and 17', 0, 8),
        ('< 15', '< 16', 0, 0),
        ('= 15', '< 15', 0, 0),
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
            {%- if first %}
            and substr({{ identities }}.comparable_document, 1, {{ first }}) = substr({{ members }}.document, 1, {{ first }})
            {%- endif %}
            {%- if last %}
            and substr({{ identities }}.comparable_document, length({{ identities }}.comparable_document) - {{ last - 1 }})
            = substr({{ members }}.document, length({{ members }}.document) - {{ last - 1 }})
            {%- endif %}
    where
        length({{ identities }}.comparable_document) {{ identity_lengths }}
        and length({{ members }}.document) {{ member_lengths }}
    {%- if not (loop.last and outer_loop.last) %}
    union distinct

    {% endif %}
    {%- endfor %}
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
