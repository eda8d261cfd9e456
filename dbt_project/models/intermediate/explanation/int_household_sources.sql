-- Grain: one delivered row that counts for a household in a computed month, and the member it is about, '' where it is about
-- the household (month, household_id, person_id, extract, delivery_month, file, sheet, row_number).
-- Purpose: from which rows of which files the month's figures of a household come: rolls of the month, flows dated in its
-- window as known, answers to its items of work. Of who has left only what ledgers count, and the roster.
-- Source: rules.md section 1, 2; ledgers.md section 1.

{{ config(materialized='view', tags=['after_checks']) }}

with months as (
    select * from {{ ref('int_months') }}
),

delivered_rows as (
    select * from {{ ref('int_delivered_rows') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
),

households as (
    select * from {{ ref('int_households') }}
),

counted as (
    select
        months.month,
        delivered_rows.*
    from months
    inner join delivered_rows
        on
            months.month = delivered_rows.delivery_month
            and delivered_rows.is_counted
    where not delivered_rows.is_flow
    union all
    select
        months.month,
        delivered_rows.*
    from months
    inner join delivered_rows
        on {{ is_known('delivered_rows', 'months.knowledge_month') }}
    where
        delivered_rows.is_flow
        and (
            delivered_rows.item_code is not null
            or {{ is_in_window('delivered_rows.dated_on') }}
            -- of what bears no day the delivery tells when it was
            or (
                delivered_rows.dated_on is null
                and delivered_rows.delivery_month > months.window_start
                and delivered_rows.delivery_month <= months.month
            )
        )
),

matched as (
    select
        matches.month,
        matches.identity_id,
        persons.household_id,
        persons.person_id,
        persons.is_active
    from {{ ref('int_identity_matches') }} as matches
    inner join persons
        on
            matches.month = persons.month
            and matches.person_id = persons.person_id
),

items as (
    select * from {{ ref('int_work_items') }}
    where household_id is not null
),

answers as (
    select * from {{ ref('int_answered_items') }}
),

belonging as (
    -- what names a household by its number
    select
        counted.month,
        counted.household_id,
        coalesce(counted.person_id, '') as person_id,
        {{ row_columns('counted') }}
    from counted
    where counted.household_id is not null

    union all

    -- what names a member of the roster
    select
        counted.month,
        persons.household_id,
        persons.person_id,
        {{ row_columns('counted') }}
    from counted
    inner join persons
        on
            counted.month = persons.month
            and counted.person_id = persons.person_id
    where counted.household_id is null

    union all

    -- what names somebody by document and name
    select
        counted.month,
        matched.household_id,
        case when counted.is_about_household then '' else matched.person_id end as person_id,
        {{ row_columns('counted') }}
    from counted
    inner join matched
        on
            counted.month = matched.month
            and counted.identity_id = matched.identity_id
    where
        matched.is_active
        or counted.extract in (
            {%- for extract in extracts_of_who_left() %}
            '{{ extract }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )

    union all

    -- what answers an item of work
    select
        counted.month,
        items.household_id,
        coalesce(items.person_id, '') as person_id,
        {{ row_columns('counted') }}
    from counted
    inner join answers
        on
            counted.delivery_month = answers.delivery_month
            and counted.file = answers.file
            and counted.sheet = answers.sheet
            and counted.row_number = answers.row_number
    inner join items
        on
            counted.month = items.month
            and answers.item_code = items.item_code
    where counted.item_code is not null
)

select distinct belonging.*
from belonging
inner join households
    on
        belonging.month = households.delivery_month
        and belonging.household_id = households.household_id
