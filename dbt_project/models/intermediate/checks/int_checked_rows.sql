-- Grain: one department row that counts, of the delivery of a computed month, matched to the roster
-- (month, extract, file, row_number).
-- Purpose: what the checks of rows look at, with the person a finding names: the lowest person_id. Source: rules.md section
-- 2, 10.

with row_matches as (
    select * from {{ ref('int_row_matches') }}
    where
        person_id is not null
        and state not in ('replaced', 'review', 'not_in_roster')
),

department_rows as (
    select * from {{ ref('int_department_rows') }}
),

members as (
    select
        months.month,
        member_rows.person_id,
        member_rows.household_id,
        member_rows.name_normalized,
        households.town,
        households.village
    from {{ ref('int_months') }} as months
    inner join {{ ref('stg_rural_revitalization__member_roster') }} as member_rows
        on
            months.month = member_rows.delivery_month
            and member_rows.is_counted
    left join {{ ref('stg_rural_revitalization__household_roster') }} as households
        on
            member_rows.delivery_month = households.delivery_month
            and member_rows.household_id = households.household_id
            and households.is_counted
)

select
    row_matches.month,
    row_matches.extract,
    row_matches.file,
    row_matches.row_number,
    row_matches.state as match_method,
    row_matches.person_id,
    members.household_id,
    members.town,
    members.village,
    members.name_normalized as member_name,
    department_rows.subject_name as row_name,
    department_rows.subject_document,
    department_rows.identity_id
from row_matches
inner join department_rows
    on
        row_matches.month = department_rows.delivery_month
        and row_matches.extract = department_rows.extract
        and row_matches.file = department_rows.file
        and row_matches.row_number = department_rows.row_number
left join members
    on
        row_matches.month = members.month
        and row_matches.person_id = members.person_id
