-- Grain: one worker of a household in scope (month, person_id).
-- Purpose: the employment ledger of towns and of human resources. Source: rules.md section 8; 新农组办〔2023〕3号 art. 6-9.

with workers as (
    select * from {{ ref('int_person_months') }}
    where is_worker
)

select
    month,
    person_id,
    {{ person_columns() }},
    phone,
    helper_name,
    education_level,
    health_status,
    labour_skill,
    employment_intention,
    needs_training,
    employment_status,
    {% for column in ['employer', 'industry', 'job'] -%}
    case when employment_status in ('public_post', 'employed') then {{ column }} end as {{ column }},
    {% endfor -%}
    work_area,
    {% for column in ['started_on', 'monthly_wage', 'channel', 'has_contract', 'has_social_insurance'] -%}
    case when employment_status in ('public_post', 'employed') then {{ column }} end as {{ column }},
    {% endfor -%}
    offers_in_year,
    guidance_in_year,
    trainings_in_year,
    cast(subsidies_in_year as decimal(14, 2)) as subsidies_in_year
from workers
where {{ is_applicable('workers', 'employment_ledger') }}
