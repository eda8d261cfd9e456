-- Grain: one department row that counts, of the delivery of a computed month, matched by its document number
-- (month, extract, file, row_number).
-- Purpose: the name on the row beside those of the person's rows on the roster: of a person who stands there twice, one name
-- that agrees is enough. Source: rules.md section 2; checks.csv A11.

with checked_rows as (
    select * from {{ ref('int_checked_rows') }}
    where match_method = 'id'
),

matches as (
    select * from {{ ref('int_identity_matches') }}
),

members as (
    select * from {{ ref('int_roster_members') }}
),

roster_names as (
    select
        matches.month,
        matches.identity_id,
        members.name
    from matches
    inner join members
        on
            matches.month = members.month
            and matches.person_id = members.person_id
),

compared as (
    select
        checked_rows.month,
        checked_rows.extract,
        checked_rows.file,
        checked_rows.row_number,
        {{ joined_texts('roster_names.name') }} as roster_names,
        bool_or(roster_names.name = checked_rows.row_name) as is_same_name
    from checked_rows
    inner join roster_names
        on
            checked_rows.month = roster_names.month
            and checked_rows.identity_id = roster_names.identity_id
    group by checked_rows.month, checked_rows.extract, checked_rows.file, checked_rows.row_number
)

select
    checked_rows.month,
    checked_rows.extract,
    checked_rows.file,
    checked_rows.row_number,
    checked_rows.person_id,
    checked_rows.household_id,
    checked_rows.town,
    checked_rows.village,
    checked_rows.row_name,
    compared.roster_names,
    -- null where the row gives no name
    compared.is_same_name
from checked_rows
inner join compared
    on
        checked_rows.month = compared.month
        and checked_rows.extract = compared.extract
        and checked_rows.file = compared.file
        and checked_rows.row_number = compared.row_number
