{#- Document numbers: rules.md section 2; check digit of GB 11643-1999. -#}

{#- A CTE `<column>_judged` that adds `<column>_status` and `<column>_person_key` (null unless usable) to a relation.
    The relation has `<column>_normalized` and `delivery_month`; a birth date after the end of that month is not real. -#}
{% macro judge_document(relation, column) -%}
{%- set number = column ~ '_normalized' -%}
{{ column }}_body as (
    select
        *,
        case
            when length({{ number }}) in (18, 20, 22) then substr({{ number }}, 1, 17)
            when length({{ number }}) = 15 then substr({{ number }}, 1, 6) || '19' || substr({{ number }}, 7, 9)
        end as {{ column }}_first_17
    from {{ relation }}
),

{{ column }}_parts as (
    select
        *,
        coalesce({{ matches(column ~ '_first_17', "'^[0-9]{17}$'") }}, false) as {{ column }}_is_numeric,
        {{ real_date('substr(' ~ column ~ '_first_17, 7, 8)') }} as {{ column }}_birth_date,
        {{ check_character(column ~ '_first_17') }} as {{ column }}_check_character
    from {{ column }}_body
),

{{ column }}_status_known as (
    select
        *,
        case
            when {{ is_missing_document(number) }} then 'missing'
            when length({{ number }}) not in (15, 18, 20, 22) then 'bad_length'
            when
                not {{ column }}_is_numeric
                or (length({{ number }}) <> 15 and not {{ matches('substr(' ~ number ~ ', 18, 1)', "'^[0-9X]$'") }})
                then 'bad_characters'
            when
                {{ column }}_birth_date is null
                or {{ column }}_birth_date < cast('1900-01-01' as date)
                or {{ column }}_birth_date >= {{ add_months('delivery_month', 1) }}
                then 'bad_birth_date'
            when length({{ number }}) = 15 then 'upgraded_15'
            when {{ column }}_check_character <> substr({{ number }}, 18, 1) then 'bad_check_digit'
            when length({{ number }}) = 18 then 'valid'
            else 'from_certificate'
        end as {{ column }}_status
    from {{ column }}_parts
),

{{ column }}_judged as (
    select
        *,
        case
            when {{ column }}_status in ('valid', 'upgraded_15', 'from_certificate')
                then {{ column }}_first_17 || {{ column }}_check_character
        end as {{ column }}_person_key
    from {{ column }}_status_known
)
{%- endmacro %}

{#- Empty, beginning with 999999 (no number given), or one character repeated. -#}
{% macro is_missing_document(number) -%}
(
    coalesce({{ number }}, '') = ''
    or substr({{ number }}, 1, 6) = '999999'
    or replace({{ number }}, substr({{ number }}, 1, 1), '') = ''
)
{%- endmacro %}

{#- The date of eight digits YYYYMMDD, or null when there is no such day. -#}
{% macro real_date(digits) -%}
case
    when {{ matches(digits, "'^[0-9]{8}$'") }}
        then try_cast(substr({{ digits }}, 1, 4) || '-' || substr({{ digits }}, 5, 2) || '-' || substr({{ digits }}, 7, 2) as date)
end
{%- endmacro %}

{#- The check character of 17 digits, or null for other text. ascii() cannot fail on text that is not digits; a cast would. -#}
{% macro check_character(first_17) -%}
{%- set weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] -%}
case
    when {{ matches(first_17, "'^[0-9]{17}$'") }}
        then substr(
            '10X98765432',
            1 + (
                {%- for weight in weights %}
                (ascii(substr({{ first_17 }}, {{ loop.index }}, 1)) - 48) * {{ weight }}{{ ' +' if not loop.last }}
                {%- endfor %}
            ) % 11,
            1
        )
end
{%- endmacro %}

{#- The part of a document number that is compared: 18 characters of a certificate, the whole of anything else. -#}
{% macro comparable_document(number) -%}
case when length({{ number }}) in (20, 22) then substr({{ number }}, 1, 18) else {{ number }} end
{%- endmacro %}

{#- What a department row says about whom it is about, as text: the document and the name. -#}
{% macro document_and_name(row=none) -%}
{%- set of = row ~ '.' if row else '' -%}
coalesce({{ of }}subject_document, '') || '|' || coalesce({{ of }}subject_name, '')
{%- endmacro %}

{#- One key for everything that a department row says about whom it is about. A document that says nothing does not tell two
    persons of one name apart, so that what else the row says is part of the key. -#}
{% macro identity_id() -%}
case
            when subject_document_status = 'missing' then {{ document_and_name() }}
                || '|' || coalesce(evidence_household_key, '')
                || '|' || coalesce(evidence_register_number, '')
                || '|' || coalesce(evidence_town, '')
                || '|' || coalesce(evidence_village, '')
            else {{ document_and_name() }}
        end
{%- endmacro %}

{#- The digits of a document number that a spreadsheet has left of it: all but the last three where these are 000, those before E
    in scientific notation; the last of these may be rounded and is not counted. Null where nothing was lost. -#}
{% macro digits_left(number) -%}
case
    when {{ matches(number, "'^[0-9]{15}000$'") }} then substr({{ number }}, 1, 15)
    when {{ matches(number, "'^[1-9][.][0-9]{12,}E[+]1[67]$'") }}
        then replace(substr({{ number }}, 1, 15), '.', '')
end
{%- endmacro %}

{#- The birth date of a document number as eight digits, whether or not the rest of the number is right; null where there is none. -#}
{% macro birth_digits(number) -%}
case
    when length({{ number }}) = 15 and {{ matches(number, "'^[0-9]{15}$'") }} then '19' || substr({{ number }}, 7, 6)
    when {{ matches(number, "'^[1-9][.][0-9]{13,}E[+]17$'") }} then substr(replace({{ number }}, '.', ''), 7, 8)
    when length({{ number }}) >= 14 and {{ matches('substr(' ~ number ~ ', 7, 8)', "'^[12][0-9]{7}$'") }}
        then substr({{ number }}, 7, 8)
end
{%- endmacro %}

{#- The sex that an 18-digit number gives; null where the 17th character is no digit. -#}
{% macro sex_of_document(number) -%}
case
    when length({{ number }}) <> 18 then null
    when substr({{ number }}, 17, 1) in ('1', '3', '5', '7', '9') then '男'
    when substr({{ number }}, 17, 1) in ('0', '2', '4', '6', '8') then '女'
end
{%- endmacro %}

{#- A document number without what people put into it: hyphens, marks, signs that look like X. Scientific notation stays as it is. -#}
{% macro plain_number(number) -%}
case
    when {{ matches(number, "'^[1-9][.][0-9]+E'") }} then {{ number }}
    else substr({{ replace_matches("translate(" ~ number ~ ", '×ХⅩ＊', 'XXX*')", "'[^0-9X*]'", "''") }}, 1, 18)
end
{%- endmacro %}

{#- The resident number that a plain number is: 18 characters with the right check character, or 15 digits lengthened; else null. -#}
{% macro key_of_plain_number(number) -%}
case
    when
        {{ matches(number, "'^[1-8][0-9]{5}(19|20)[0-9]{9}[0-9X]$'") }}
        and substr({{ number }}, 18, 1) = {{ check_character('substr(' ~ number ~ ', 1, 17)') }}
        then {{ number }}
    when {{ matches(number, "'^[1-8][0-9]{14}$'") }}
        then substr({{ number }}, 1, 6) || '19' || substr({{ number }}, 7, 9)
            || {{ check_character("substr(" ~ number ~ ", 1, 6) || '19' || substr(" ~ number ~ ", 7, 9)") }}
end
{%- endmacro %}

{#- Whether a masked number shows what the other has: ten places or more, or seven with the last four, which tell people apart. -#}
{% macro fits_mask(masked, number) -%}
(
    length({{ masked }}) = 18
    and length({{ number }}) = 18
    and {{ matches(masked, "'[*]'") }}
    and length(replace({{ masked }}, '*', '')) >= case when substr({{ masked }}, 15, 4) like '%*%' then 10 else 7 end
    {%- for position in range(1, 19) %}
    and substr({{ masked }}, {{ position }}, 1) in ('*', substr({{ number }}, {{ position }}, 1))
    {%- endfor %}
)
{%- endmacro %}

{#- At how many places two numbers of one length differ; null for other lengths. -#}
{% macro places_apart(one, other, size=18) -%}
case
    when length({{ one }}) = {{ size }} and length({{ other }}) = {{ size }} then (
        {%- for position in range(1, size + 1) %}
        case when substr({{ one }}, {{ position }}, 1) <> substr({{ other }}, {{ position }}, 1) then 1 else 0 end
        {{- ' +' if not loop.last }}
        {%- endfor %}
    )
end
{%- endmacro %}

{#- The number under which an identity is queued for a person's decision: the same in every month, and tells nothing. -#}
{% macro review_id(identity) -%}
md5({{ identity }})
{%- endmacro %}
