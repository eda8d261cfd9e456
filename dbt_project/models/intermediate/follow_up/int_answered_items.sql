-- Grain: one item named by one accepted row of a delivery of feedback (delivery_month, file, sheet, row_number, item_code); a
-- row that names none has a blank item_code.
-- Purpose: a line of 待办 stands for all items of a household, or of a person; it is answered once and its codes come back
-- joined. Such a row answers several items, one with a single code answers its own. A code names the check (or list), month and
-- entity: it reads <mart or check code>/<YYYY-MM>/<entity_key>, where the key may hold slashes.
-- Source: rules.md section 10; 新农组办〔2023〕3号 art. 25.

{%- set place = ['delivery_month'] + answer_place() %}

with answers as (
    select * from {{ ref('stg_rural_revitalization__feedback') }}
),

parts as (
    select
        {{ place | join(',\n        ') }},
        {{ split_texts('item_code', ';') }} as item_code,
        item_code as row_codes,
        result,
        verified_income,
        measure,
        reason,
        waived_until,
        answered_on,
        answered_by,
        is_counted,
        superseded_in
    from answers
),

named as (
    select
        *,
        position('/' in item_code) as slash,
        row_number() over (partition by {{ place | join(', ') }}, item_code order by item_code) as time_named
    from parts
    where
        item_code <> ''
        or replace(row_codes, ';', '') = ''
),

read as (
    select
        *,
        -- a code that was written otherwise names nothing
        slash > 1 and substr(item_code, slash + 8, 1) = '/' as is_well_formed,
        count(*) over (partition by {{ place | join(', ') }}) > 1 as is_of_line
    from named
    where time_named = 1
)

select
    {{ place | join(',\n    ') }},
    nullif(item_code, '') as item_code,
    case when is_well_formed then substr(item_code, 1, slash - 1) end as check_code,
    case when is_well_formed then substr(item_code, slash + 1, 7) end as item_month,
    case when is_well_formed then substr(item_code, slash + 9) end as entity_key,
    is_of_line,
    result,
    verified_income,
    measure,
    reason,
    waived_until,
    answered_on,
    answered_by,
    is_counted,
    superseded_in
from read
