-- Grain: one member with medical settlements in the window of a month (month, person_id).
-- Purpose: what the person paid after insurance, and what basic insurance paid in the year of the cut-off; refunds are negative
-- rows. Source: rules.md section 7; checks_added.csv G24.

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
    cast(
        sum(case when year(settlements.settled_on) = months.cut_off_year then coalesce(settlements.basic_pay, 0) else 0 end)
        as decimal(14, 2)
    ) as basic_pay_in_year
from settlements
inner join months
    on settlements.month = months.month
where
    settlements.settled_on >= months.window_start
    and settlements.settled_on < months.month
group by settlements.month, settlements.person_id
