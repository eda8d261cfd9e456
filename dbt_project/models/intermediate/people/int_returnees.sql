-- Grain: one worker who has returned from work outside the county (month, person_id).
-- Purpose: whether anybody has offered a service since. Source: rules.md section 8; 新农组办〔2023〕3号 art. 6.

with returnees as (
    select * from {{ ref('int_person_months') }}
    where employment_status = 'returned'
),

months as (
    select * from {{ ref('int_months') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

services as (
    {{ member_rows('human_resources__job_service') }}
),

counted as (
    select
        returnees.month,
        returnees.person_id,
        count(services.file) as services_since_return
    from returnees
    inner join months
        on returnees.month = months.month
    left join services
        on
            returnees.month = services.month
            and returnees.person_id = services.person_id
            and returnees.ended_on < services.served_on
            and months.month > services.served_on
    group by returnees.month, returnees.person_id
)

select
    returnees.month,
    returnees.person_id,
    returnees.ended_on as returned_on,
    {{ days_between('returnees.ended_on', 'months.cut_off') }} as days_since_return,
    counted.services_since_return,
    {{ days_between('returnees.ended_on', 'months.cut_off') }} > parameters.employment_follow_up_days
    and counted.services_since_return = 0 as is_overdue
from returnees
inner join months
    on returnees.month = months.month
inner join parameters
    on returnees.month = parameters.month
inner join counted
    on
        returnees.month = counted.month
        and returnees.person_id = counted.person_id
