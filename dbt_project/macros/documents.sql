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

{#- One key for everything that a department row says about whom it is about. -#}
{% macro identity_id(document, name) -%}
coalesce({{ document }}, '') || '|' || coalesce({{ name }}, '')
{%- endmacro %}
