-- Grain: one row of an extract about persons, of the delivery of a computed month, that counts and is matched to the roster
-- (month, extract, file, row_number).
-- Purpose: the day on which something happened beside birth and death of the person. Ends, validity and months are no such day.
-- Source: rules.md section 2, 10; checks_added.csv K10.

with checked_rows as (
    select * from {{ ref('int_checked_rows') }}
),

dated_rows as (
    {%- for extract, column in {
        'civil_affairs__assistance_roll': 'started_on',
        'civil_affairs__death_register': 'died_on',
        'civil_affairs__temporary_relief': 'paid_on',
        'disabled_federation__certificate': 'issued_on',
        'education__student_aid': 'paid_on',
        'finance__microcredit': 'lent_on',
        'human_resources__employment': 'started_on',
        'human_resources__employment_subsidy': 'paid_on',
        'human_resources__job_service': 'served_on',
        'human_resources__public_post': 'started_on',
        'insurance__relapse_claim': 'paid_on',
        'medical_insurance__settlement': 'settled_on',
    }.items() %}
    {{ 'union all' if not loop.first }}
    select
        '{{ extract }}' as extract,
        delivery_month,
        file,
        row_number,
        {{ column }} as happened_on
    from {{ ref('stg_' ~ extract) }}
    {%- endfor %}
),

member_rows as (
    select
        delivery_month,
        person_id,
        case when id_number_person_key is not null then id_number_birth_date else birth_date end as born_on
    from {{ ref('stg_rural_revitalization__member_roster') }}
    where is_counted
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
    dated_rows.happened_on,
    member_rows.born_on,
    -- the register of deaths is what says when: its rows cannot lie after it
    case when checked_rows.extract <> 'civil_affairs__death_register' then deaths.died_on end as died_on
from checked_rows
inner join dated_rows
    on
        checked_rows.extract = dated_rows.extract
        and checked_rows.month = dated_rows.delivery_month
        and checked_rows.file = dated_rows.file
        and checked_rows.row_number = dated_rows.row_number
left join member_rows
    on
        checked_rows.month = member_rows.delivery_month
        and checked_rows.person_id = member_rows.person_id
left join deaths
    on
        checked_rows.month = deaths.month
        and checked_rows.person_id = deaths.person_id
