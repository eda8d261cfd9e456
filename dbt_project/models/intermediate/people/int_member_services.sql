-- Grain: one member with employment services in the window of a month (month, person_id).
-- Purpose: offers (different jobs), guidance and trainings of the window, and those of the quarter of the cut-off.
-- Source: rules.md section 8; ledgers.md section 8; 新农组办〔2023〕3号 art. 8, 9.

with services as (
    {{ member_rows('human_resources__job_service') }}
),

months as (
    select * from {{ ref('int_months') }}
)

select
    services.month,
    services.person_id,
    count(distinct case when services.service_type = '岗位推荐' then services.content end) as offers_in_year,
    count(case when services.service_type = '职业指导' then 1 end) as guidance_in_year,
    count(case when services.service_type = '技能培训' then 1 end) as trainings_in_year,
    count(
        case when services.service_type = '职业指导' and services.served_on >= months.quarter_start then 1 end
    ) as guidance_in_quarter,
    count(
        case when services.service_type = '技能培训' and services.served_on >= months.quarter_start then 1 end
    ) as trainings_in_quarter
from services
inner join months
    on services.month = months.month
where
    services.served_on >= months.window_start
    and services.served_on < months.month
group by services.month, services.person_id
