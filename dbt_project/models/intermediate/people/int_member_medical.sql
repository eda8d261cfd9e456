-- Grain: one member with medical settlements in the window of a month (month, person_id).
-- Purpose: what the person paid after insurance, and what medical aid paid; refunds are negative rows.
-- Source: rules.md section 7; ledgers.md section 6.

with settlements as (
    {{ member_rows('medical_insurance__settlement') }}
),

months as (
    select * from {{ ref('int_months') }}
)

select
    settlements.month,
    settlements.person_id,
    cast(sum(settlements.personal_pay) as decimal(14, 2)) as medical_12m,
    cast(coalesce(sum(settlements.medical_aid_pay), 0) as decimal(14, 2)) as medical_aid_12m
from settlements
inner join months
    on settlements.month = months.month
where
    settlements.settled_on >= months.window_start
    and settlements.settled_on < months.month
group by settlements.month, settlements.person_id
