-- Grain: one pair of different names that sound the same (name, other_name).
-- Purpose: names agree when, character by character, they share a reading without tones (homophones, variant characters).
-- Source: rules.md section 2. Only pairs whose documents could be the same are looked at.

with pairs as (
    select distinct
        identities.name,
        members.name as other_name
    from {{ ref('int_document_pairs') }} as document_pairs
    inner join {{ ref('int_identities') }} as identities
        on document_pairs.identity_id = identities.identity_id
    inner join {{ ref('int_roster_members') }} as members
        on
            document_pairs.month = members.month
            and document_pairs.person_id = members.person_id
    where identities.name <> members.name
),

{{ same_sounding_places('pairs') }}

select
    name,
    other_name
from alike_characters
group by name, other_name
having
    count(*) = max(length(name))
    and count(*) = max(length(other_name))
