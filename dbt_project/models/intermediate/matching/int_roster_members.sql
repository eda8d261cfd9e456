-- Grain: one row of the member roster of a computed month (month, person_id), active or 减少.
-- Purpose: the side of the roster in matching. Source: rules.md section 2.

with months as (
    select * from {{ ref('int_months') }}
),

members as (
    select * from {{ ref('stg_rural_revitalization__member_roster') }}
    where is_counted
),

numbers_of_two as (
    -- a number that two names share is one of theirs at most
    select
        delivery_month,
        id_number_person_key
    from members
    where id_number_person_key is not null
    group by delivery_month, id_number_person_key
    having count(distinct name_normalized) > 1
),

households as (
    select * from {{ ref('stg_rural_revitalization__household_roster') }}
    where is_counted
)

select
    months.month,
    members.person_id,
    coalesce(members.id_number_person_key, members.person_id) as person,
    members.id_number_person_key as person_key,
    members.id_number_status as id_status,
    members.name_normalized as name,
    {{ bare_name('members.name_normalized') }} as bare_name,
    {{ comparable_document('members.id_number_normalized') }} as document,
    {{ plain_number('members.id_number_normalized') }} as plain_number,
    case
        when members.id_number_person_key is null then {{ key_of_plain_number(plain_number('members.id_number_normalized')) }}
        when
            numbers_of_two.delivery_month is null
            and {{ digits_left('members.id_number_person_key') }} is null
            and coalesce(
                substr(members.id_number_person_key, 7, 8)
                = replace(cast(members.birth_date as {{ text_type() }}), '-', ''),
                true
            )
            then members.id_number_person_key
    end as trusted_key,
    coalesce(members.member_status, '正常') <> '减少' as is_active,
    members.change_date,
    members.household_id,
    members.sex,
    replace(cast(members.birth_date as {{ text_type() }}), '-', '') as birth_digits,
    households.town,
    households.village
from months
inner join members
    on months.month = members.delivery_month
left join households
    on
        members.delivery_month = households.delivery_month
        and members.household_id = households.household_id
left join numbers_of_two
    on
        members.delivery_month = numbers_of_two.delivery_month
        and members.id_number_person_key = numbers_of_two.id_number_person_key
