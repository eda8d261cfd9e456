-- Grain: one person_id that is active in a computed month, or was active in the month before and is gone from the delivery
-- altogether (month, person_id); nothing where the roster did not arrive in the month before.
-- Purpose: who came and who went since the month before, and whether the roster says why.
-- Source: checks.csv B15; rules.md section 10.

with months as (
    select months.*
    from {{ ref('int_months') }} as months
    inner join {{ ref('int_deliveries') }} as deliveries
        on
            months.previous_month = deliveries.delivery_month
            and deliveries.extract = 'rural_revitalization__member_roster'
            and deliveries.has_arrived
),

member_rows as (
    select
        *,
        coalesce(member_status, '正常') <> '减少' as is_active
    from {{ ref('stg_rural_revitalization__member_roster') }}
    where is_counted
),

households as (
    select * from {{ ref('stg_rural_revitalization__household_roster') }}
    where is_counted
),

present as (
    select
        months.month,
        member_rows.person_id,
        member_rows.household_id,
        member_rows.file,
        member_rows.row_number,
        member_rows.change_reason,
        member_rows.change_date,
        earlier.person_id is null as is_new,
        false as is_gone
    from months
    inner join member_rows
        on
            months.month = member_rows.delivery_month
            and member_rows.is_active
    left join member_rows as earlier
        on
            months.previous_month = earlier.delivery_month
            and member_rows.person_id = earlier.person_id
),

gone as (
    -- there is no row to point to; the household is the one of the month before
    select
        months.month,
        earlier.person_id,
        earlier.household_id,
        cast(null as {{ text_type() }}) as file,
        cast(null as bigint) as row_number,
        cast(null as {{ text_type() }}) as change_reason,
        cast(null as date) as change_date,
        false as is_new,
        true as is_gone
    from months
    inner join member_rows as earlier
        on
            months.previous_month = earlier.delivery_month
            and earlier.is_active
    left join member_rows
        on
            months.month = member_rows.delivery_month
            and earlier.person_id = member_rows.person_id
    where member_rows.person_id is null
),

changes as (
    select * from present

    union all

    select * from gone
)

select
    changes.month,
    changes.person_id,
    changes.household_id,
    coalesce(households.town, earlier_households.town) as town,
    coalesce(households.village, earlier_households.village) as village,
    changes.file,
    changes.row_number,
    changes.change_reason,
    changes.change_date,
    changes.is_new,
    changes.is_gone
from changes
inner join months
    on changes.month = months.month
left join households
    on
        changes.month = households.delivery_month
        and changes.household_id = households.household_id
left join households as earlier_households
    on
        months.previous_month = earlier_households.delivery_month
        and changes.household_id = earlier_households.household_id
