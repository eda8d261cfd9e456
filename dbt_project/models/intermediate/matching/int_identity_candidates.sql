-- Grain: one identity and one roster row whose documents could be the same (month, identity_id, person_id, tier).
-- Purpose: whether the names agree. A row without a name is matched on an equal document alone. Source: rules.md section 2.

with document_pairs as (
    select * from {{ ref('int_document_pairs') }}
),

identities as (
    select * from {{ ref('int_identities') }}
),

members as (
    select * from {{ ref('int_roster_members') }}
),

names_alike as (
    select * from {{ ref('int_names_alike') }}
)

select
    document_pairs.month,
    document_pairs.identity_id,
    document_pairs.tier,
    members.person_id,
    members.person,
    members.is_active,
    members.change_date,
    coalesce(
        identities.name is null
        or identities.name = members.name
        or names_alike.name is not null,
        false
    ) as names_agree
from document_pairs
inner join identities
    on document_pairs.identity_id = identities.identity_id
inner join members
    on
        document_pairs.month = members.month
        and document_pairs.person_id = members.person_id
left join names_alike
    on
        identities.name = names_alike.name
        and members.name = names_alike.other_name
