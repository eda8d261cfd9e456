-- Grain: one row of the member roster, active or 减少, whose household is on the roster of a computed month (month, person_id).
-- Purpose: what ledgers say of a person and the household; who has left is of an age too. Source: ledgers.md section 1.

with months as (
    select * from {{ ref('int_months') }}
),

member_rows as (
    select * from {{ ref('stg_rural_revitalization__member_roster') }}
    where is_counted
),

households as (
    select * from {{ ref('int_households') }}
),

born as (
    select
        *,
        case when id_number_person_key is not null then id_number_birth_date else birth_date end as born_on
    from member_rows
)

select
    months.month,
    born.person_id,
    born.household_id,
    households.town,
    households.town_code,
    households.village,
    households.head_name,
    households.household_type,
    households.monitoring_category,
    households.is_marginal_2019,
    households.monitoring_status,
    households.is_poverty_alleviated,
    households.is_monitored_active,
    households.is_in_scope,
    born.name,
    born.sex,
    cast({{ age_on('born.born_on', 'months.cut_off') }} as bigint) as age,
    born.id_number_person_key as person_key,
    coalesce(born.member_status, '正常') <> '减少' as is_active
from months
inner join born
    on months.month = born.delivery_month
inner join households
    on
        months.month = households.delivery_month
        and born.household_id = households.household_id
