-- Grain: one row of the member roster of a computed month (month, person_id), active or 减少.
-- Purpose: the side of the roster in matching. Source: rules.md section 2.

with months as (
    select * from {{ ref('int_months') }}
),

members as (
    select * from {{ ref('stg_rural_revitalization__member_roster') }}
    where is_counted
)

select
    months.month,
    members.person_id,
    coalesce(members.id_number_person_key, members.person_id) as person,
    members.id_number_person_key as person_key,
    members.id_number_status as id_status,
    members.name_normalized as name,
    {{ comparable_document('members.id_number_normalized') }} as document,
    coalesce(members.member_status, '正常') <> '减少' as is_active,
    members.change_date
from months
inner join members
    on months.month = members.delivery_month
