{#- CTEs that end in `alike_characters`: of the pairs of names in a relation (name, other_name), the places at which both have the
    same character or one of the same sound. Names agree when those are all (rules.md section 2). -#}
{% macro same_sounding_places(relation) -%}
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
    from {{ relation }} as pairs
    inner join positions
        on positions.position <= length(pairs.name)
),

sounds as (
    select * from {{ ref('stg_reference__character_sounds') }}
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

alike_characters as (
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
{%- endmacro %}

{#- A name without what was written after it: digits, signs, anything behind a hyphen or in brackets. -#}
{% macro bare_name(name) -%}
{%- set bare = replace_matches(name, "'([0-9*]+|[-(（].*)$'", "''") -%}
case
    when length({{ bare }}) >= 2 then {{ bare }}
    else {{ name }}
end
{%- endmacro %}

{#- A name with ? for characters that a register could not hold: signs, letters of a reading, characters of private use. -#}
{% macro name_with_gaps(name) -%}
{{ replace_matches(name, "'([□〇○●*_]|[a-zA-Z]+|[-])'", "'?'") }}
{%- endmacro %}

{#- Whether a name is none: a single character, a test, a letter in place of the given name. -#}
{% macro is_no_name(name) -%}
(length({{ name }}) = 1 or {{ matches(name, "'^测试|^未知|^不详|^.[X×某*]+$'") }})
{%- endmacro %}

{#- Whether two names are the same but for characters that one register could not hold. -#}
{% macro names_agree_but_for_gaps(one, other) -%}
(
    length({{ name_with_gaps(one) }}) = length({{ name_with_gaps(other) }})
    and length({{ name_with_gaps(one) }}) between 2 and 4
    {%- for position in range(1, 5) %}
    and (
        substr({{ name_with_gaps(one) }}, {{ position }}, 1) = substr({{ name_with_gaps(other) }}, {{ position }}, 1)
        or '?' in (
            substr({{ name_with_gaps(one) }}, {{ position }}, 1), substr({{ name_with_gaps(other) }}, {{ position }}, 1)
        )
    )
    {%- endfor %}
    and substr({{ name_with_gaps(one) }}, 1, 1) <> '?'
)
{%- endmacro %}

{#- Whether two different names are nearly the same: equal but for one character, or a former name with 亚 or 阿 in it. Character by character, since DuckDB's distances count bytes. -#}
{% macro names_nearly_agree(one, other) -%}
(
    (
        length({{ one }}) = length({{ other }})
        and length({{ one }}) between 2 and 4
        and (
            {%- for position in range(1, 5) %}
            case when substr({{ one }}, {{ position }}, 1) <> substr({{ other }}, {{ position }}, 1) then 1 else 0 end
            {{- ' +' if not loop.last }}
            {%- endfor %}
        ) = 1
    )
    or (
        substr({{ one }}, 1, 1) = substr({{ other }}, 1, 1)
        and (
            (length({{ other }}) = 2 and substr({{ one }}, 2) in (
                '亚' || substr({{ other }}, 2, 1), '阿' || substr({{ other }}, 2, 1)
            ))
            or (length({{ one }}) = 2 and substr({{ other }}, 2) in (
                '亚' || substr({{ one }}, 2, 1), '阿' || substr({{ one }}, 2, 1)
            ))
        )
    )
)
{%- endmacro %}

{#- A name as it sounds, for finding candidates: the first reading of each character. CTEs that end in `sounding_names`
    (name, sound_key). -#}
{% macro sounding_names(relation) -%}
name_characters as (
    select
        names.name,
        numbers.number as position,
        substr(names.name, numbers.number, 1) as character
    from {{ relation }} as names
    inner join {{ whole_numbers(1, 8) }} as numbers
        on numbers.number <= length(names.name)
),

first_sounds as (
    select
        character,
        min(sound) as sound
    from {{ ref('stg_reference__character_sounds') }}
    group by character
),

sounding_names as (
    select
        name_characters.name,
        {{ texts_in_order("coalesce(first_sounds.sound, name_characters.character)", "name_characters.position") }} as sound_key
    from name_characters
    left join first_sounds
        on name_characters.character = first_sounds.character
    group by name_characters.name
)
{%- endmacro %}
