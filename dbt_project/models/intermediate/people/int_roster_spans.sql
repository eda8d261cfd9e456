-- Grain: one unbroken stay on the rosters (span, subject_id, from_index): of a household; of a person as an active member
-- (person); of a person as an active member of a household on the roster (member).
-- Purpose: from which month on somebody is gone. A month without both rosters ends every stay. Source: ledgers.md section 1, 7.

with known_months as (
    select * from {{ ref('int_known_months') }}
),

households as (
    select * from {{ ref('int_households') }}
),

members as (
    select * from {{ ref('stg_rural_revitalization__member_roster') }}
    where
        is_counted
        and coalesce(member_status, '正常') <> '减少'
),

stays as (
    select
        'household' as span,
        households.household_id as subject_id,
        known_months.month_index
    from households
    inner join known_months
        on households.delivery_month = known_months.month
    union all
    select
        'person' as span,
        members.person_id as subject_id,
        known_months.month_index
    from members
    inner join known_months
        on members.delivery_month = known_months.month
    union all
    select
        'member' as span,
        members.person_id as subject_id,
        known_months.month_index
    from members
    inner join known_months
        on members.delivery_month = known_months.month
    inner join households
        on
            members.delivery_month = households.delivery_month
            and members.household_id = households.household_id
),

numbered as (
    select
        *,
        month_index - row_number() over (partition by span, subject_id order by month_index) as stay_number
    from stays
)

select
    span,
    subject_id,
    min(month_index) as from_index,
    max(month_index) as to_index
from numbered
group by span, subject_id, stay_number
