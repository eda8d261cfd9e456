-- Grain: one member with employment subsidies in the window of a month (month, person_id).
-- Purpose: subsidies of the window, among them for the way to work, and of the quarter of the cut-off.
-- Source: rules.md section 8; ledgers.md section 6; 新农组办〔2023〕3号 art. 7.

with subsidies as (
    {{ member_rows('human_resources__employment_subsidy') }}
),

months as (
    select * from {{ ref('int_months') }}
)

select
    subsidies.month,
    subsidies.person_id,
    cast(sum(subsidies.amount) as decimal(14, 2)) as subsidies_in_year,
    count(case when subsidies.paid_on >= months.quarter_start then 1 end) as payments_in_quarter,
    cast(
        coalesce(sum(case when subsidies.paid_on >= months.quarter_start then subsidies.amount end), 0) as decimal(14, 2)
    ) as subsidies_in_quarter,
    bool_or(subsidies.subsidy_type in ('交通补贴', '务工补贴')) as has_travel_subsidy
from subsidies
inner join months
    on subsidies.month = months.month
where
    subsidies.paid_on >= months.window_start
    and subsidies.paid_on < months.month
group by subsidies.month, subsidies.person_id
