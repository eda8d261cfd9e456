-- Grain: one delivery month and person, or household, that a finding can be about (delivery_month, person_id, household_id).
-- Purpose: the name and telephone of the person, and of the head of the household, as the roster of the month has them.
-- Source: rules.md section 10.

with member_rows as (
    select * from {{ ref('stg_rural_revitalization__member_roster') }}
    where is_counted
),

household_rows as (
    select * from {{ ref('stg_rural_revitalization__household_roster') }}
    where is_counted
)

select
    delivery_month,
    person_id,
    cast(null as {{ dbt.type_string() }}) as household_id,
    name,
    phone
from member_rows

union all

select
    delivery_month,
    cast(null as {{ dbt.type_string() }}) as person_id,
    household_id,
    head_name as name,
    phone
from household_rows
