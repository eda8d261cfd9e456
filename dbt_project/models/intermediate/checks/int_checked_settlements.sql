-- Grain: one row of the settlements delivered in a computed month that counts and is matched to the roster
-- (month, file, row_number).
-- Purpose: what the checks of settlements look at: the row, the person's other settlements, death and assistance as known.
-- Source: rules.md section 10; checks.csv H01-H08.

with checked_rows as (
    select * from {{ ref('int_checked_rows') }}
    where extract = 'medical_insurance__settlement'
),

months as (
    select * from {{ ref('int_months') }}
),

settlements as (
    select * from {{ ref('stg_medical_insurance__settlement') }}
),

known_settlements as (
    {{ member_rows('medical_insurance__settlement') }}
),

known_deaths as (
    {{ member_rows('civil_affairs__death_register') }}
),

deaths as (
    select
        month,
        person_id,
        min(died_on) as died_on
    from known_deaths
    group by month, person_id
),

assistance as (
    select * from {{ ref('int_member_assistance') }}
),

looked_at as (
    select
        checked_rows.month,
        checked_rows.extract,
        checked_rows.file,
        checked_rows.row_number,
        checked_rows.person_id,
        checked_rows.household_id,
        checked_rows.town,
        checked_rows.village,
        months.previous_month,
        settlements.settlement_id,
        settlements.visit_type,
        settlements.admitted_on,
        settlements.discharged_on,
        settlements.settled_on,
        settlements.hospital,
        settlements.total_cost,
        settlements.basic_pay,
        settlements.critical_illness_pay,
        settlements.medical_aid_pay,
        settlements.other_pay,
        settlements.personal_pay,
        coalesce(settlements.basic_pay, 0)
        + coalesce(settlements.critical_illness_pay, 0)
        + coalesce(settlements.medical_aid_pay, 0)
        + coalesce(settlements.other_pay, 0)
        + coalesce(settlements.personal_pay, 0) as paid_in_all
    from checked_rows
    inner join months
        on checked_rows.month = months.month
    inner join settlements
        on
            checked_rows.month = settlements.delivery_month
            and checked_rows.file = settlements.file
            and checked_rows.row_number = settlements.row_number
),

-- a refund may be looked for among all settlements known of the person, also of earlier deliveries
opposites as (
    select
        looked_at.month,
        looked_at.settlement_id,
        count(*) as opposite_settlements
    from looked_at
    inner join known_settlements
        on
            looked_at.month = known_settlements.month
            and looked_at.person_id = known_settlements.person_id
            and looked_at.total_cost = -known_settlements.total_cost
            and looked_at.settled_on >= known_settlements.settled_on
            and looked_at.settlement_id <> known_settlements.settlement_id
    group by looked_at.month, looked_at.settlement_id
),

twins as (
    select
        looked_at.month,
        looked_at.settlement_id,
        min(known_settlements.settlement_id) as twin_settlement_id
    from looked_at
    inner join known_settlements
        on
            looked_at.month = known_settlements.month
            and looked_at.person_id = known_settlements.person_id
            and looked_at.settled_on = known_settlements.settled_on
            and looked_at.hospital = known_settlements.hospital
            and looked_at.total_cost = known_settlements.total_cost
            and looked_at.settlement_id <> known_settlements.settlement_id
    group by looked_at.month, looked_at.settlement_id
)

select
    looked_at.*,
    coalesce(opposites.opposite_settlements, 0) as opposite_settlements,
    twins.twin_settlement_id,
    deaths.died_on,
    coalesce(assistance.is_on_dibao or assistance.is_on_tekun, false) as is_on_dibao_or_tekun
from looked_at
left join opposites
    on
        looked_at.month = opposites.month
        and looked_at.settlement_id = opposites.settlement_id
left join twins
    on
        looked_at.month = twins.month
        and looked_at.settlement_id = twins.settlement_id
left join deaths
    on
        looked_at.month = deaths.month
        and looked_at.person_id = deaths.person_id
left join assistance
    on
        looked_at.month = assistance.month
        and looked_at.person_id = assistance.person_id
