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

positions as (
    -- longer names are compared whole only
    select number as position from {{ whole_numbers(1, 30) }} as numbers
),

characters as (
    select
        pairs.name,
        pairs.other_name,
        positions.position,
        substr(pairs.name, positions.position, 1) as character,
        substr(pairs.other_name, positions.position, 1) as other_character
    from pairs
    inner join positions
        on positions.position <= length(pairs.name)
),

sounds as (
    select * from {{ source('reference', 'character_sounds') }}
),

-- distinct on both sides first: joined in one step, every reading would meet every other character with that reading
own_sounds as (
    select distinct
        characters.character,
        sounds.sound
    from characters
    inner join sounds
        on characters.character = sounds.character
),

other_sounds as (
    select distinct
        characters.other_character,
        sounds.sound
    from characters
    inner join sounds
        on characters.other_character = sounds.character
),

same_sound as (
    select distinct
        own_sounds.character,
        other_sounds.other_character
    from own_sounds
    inner join other_sounds
        on own_sounds.sound = other_sounds.sound
),

alike as (
    select
        characters.name,
        characters.other_name
    from characters
    left join same_sound
        on
            characters.character = same_sound.character
            and characters.other_character = same_sound.other_character
    where
        characters.character = characters.other_character
        or same_sound.character is not null
)

select
    name,
    other_name
from alike
group by name, other_name
having
    count(*) = max(length(name))
    and count(*) = max(length(other_name))
