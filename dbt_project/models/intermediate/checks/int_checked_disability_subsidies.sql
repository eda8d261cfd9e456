-- Grain: one kind of disability subsidy that a member was paid for the month before (month, person_id, subsidy_type).
-- Purpose: who got which of the two subsidies, for the checks of who ought to.
-- Source: rules.md section 7, 10; checks.csv E09-E11.

with months as (
    select * from {{ ref('int_months') }}
),

subsidies as (
    {{ member_rows('civil_affairs__disability_subsidy') }}
)

select
    subsidies.month,
    subsidies.person_id,
    subsidies.subsidy_type,
    cast(sum(subsidies.amount) as decimal(14, 2)) as amount
from subsidies
inner join months
    on subsidies.month = months.month
where subsidies.payment_month = months.previous_month
group by subsidies.month, subsidies.person_id, subsidies.subsidy_type
