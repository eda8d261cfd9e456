-- Grain: one item named by one accepted row of a delivery of feedback (delivery_month, file, row_number, item_code); a row that
-- names none has a blank item_code.
-- Purpose: a line of 待办 stands for all items of a household, or of a person; it is answered once and its codes come back
-- joined. Such a row answers several items, one with a single code answers its own.
-- Source: rules.md section 10; 新农组办〔2023〕3号 art. 25.

{%- set place = 'delivery_month, file, row_number' %}

with answers as (
    select * from {{ ref('stg_rural_revitalization__feedback') }}
),

parts as (
    select
        {{ place }},
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
        row_number() over (partition by {{ place }}, item_code order by item_code) as time_named
    from parts
    where
        item_code <> ''
        or replace(row_codes, ';', '') = ''
)

select
    {{ place }},
    nullif(item_code, '') as item_code,
    count(*) over (partition by {{ place }}) > 1 as is_of_line,
    result,
    verified_income,
    measure,
    reason,
    waived_until,
    answered_on,
    answered_by,
    is_counted,
    superseded_in
from named
where time_named = 1
