-- Grain: one household of the roster of one delivery (delivery_month, household_id).
-- Purpose: how many people an income is divided by. Source: rules.md section 3 (headcount_method).

with households as (
    select * from {{ ref('int_households') }}
),

members as (
    select * from {{ ref('stg_rural_revitalization__member_roster') }}
    where
        is_counted
        and coalesce(member_status, '正常') <> '减少'
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

counted as (
    select
        delivery_month,
        household_id,
        count(distinct id_number_person_key) + count(case when id_number_person_key is null then 1 end) as active_members
    from members
    group by delivery_month, household_id
)

select
    households.delivery_month,
    households.household_id,
    cast(coalesce(counted.active_members, 0) as bigint) as active_members,
    cast(
        case parameters.household_headcount_method
            when 'reported' then coalesce(households.household_size, 0)
            else coalesce(counted.active_members, 0)
        end as bigint
    ) as headcount
from households
inner join parameters
    on households.delivery_month = parameters.month
left join counted
    on
        households.delivery_month = counted.delivery_month
        and households.household_id = counted.household_id
