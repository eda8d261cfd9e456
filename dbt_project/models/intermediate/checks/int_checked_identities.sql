-- Grain: one active member of the roster of a computed month (month, person_id).
-- Purpose: what the member's document number, name and telephone number are made of, for the checks of identity.
-- Source: rules.md section 2; checks.csv A01-A04, A07, A12, A13, A16; GB 11643-1999.

with members as (
    select * from {{ ref('int_checked_members') }}
),

member_rows as (
    select
        *,
        {{ telephone_number('phone') }} as telephone
    from {{ ref('stg_rural_revitalization__member_roster') }}
    where is_counted
)

select
    members.month,
    members.person_id,
    members.household_id,
    members.town,
    members.village,
    members.file,
    members.row_number,
    members.name_normalized,
    cast(length(members.name_normalized) as bigint) as name_length,
    {{ matches('members.name_normalized', "'[A-Za-z0-9]'") }} as has_letters_in_name,
    members.id_type,
    -- blank also when nothing is left of it after normalising
    nullif(members.id_number_normalized, '') as document,
    cast(length(nullif(members.id_number_normalized, '')) as bigint) as document_length,
    substr(members.id_number_normalized, 1, 6) = '999999' as is_placeholder_document,
    replace(members.id_number_normalized, substr(members.id_number_normalized, 1, 1), '') = '' as is_one_character_repeated,
    case
        when length(members.id_number_normalized) = 18
            then
                member_rows.id_number_is_numeric
                and {{ matches('substr(members.id_number_normalized, 18, 1)', "'^[0-9X]$'") }}
        when length(members.id_number_normalized) = 15 then member_rows.id_number_is_numeric
    end as has_document_characters,
    coalesce(
        member_rows.id_number_birth_date >= cast('1900-01-01' as date)
        and member_rows.id_number_birth_date < {{ add_months('members.month', 1) }},
        false
    ) as has_document_birth_date,
    member_rows.id_number_check_character as check_character,
    members.id_status,
    members.phone,
    member_rows.telephone,
    {{ is_mobile_number('member_rows.telephone') }} as is_mobile_number
from members
inner join member_rows
    on
        members.month = member_rows.delivery_month
        and members.person_id = member_rows.person_id
