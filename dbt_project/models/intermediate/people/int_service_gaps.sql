-- Grain: one worker and kind of service due (month, person_id, shortfall).
-- Purpose: services below what is required. Source: rules.md section 8; 新农组办〔2023〕3号 art. 8, 9.

with workers as (
    select * from {{ ref('int_person_months') }}
    where is_worker
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

due as (
    select
        workers.month,
        workers.person_id,
        'offers' as shortfall,
        workers.offers_in_year as reached,
        parameters.employment_offers_required as required
    from workers
    inner join parameters
        on workers.month = parameters.month
    where workers.employment_status in ('seeking', 'returned')
    union all
    select
        workers.month,
        workers.person_id,
        'guidance' as shortfall,
        workers.guidance_in_year as reached,
        parameters.employment_guidance_required as required
    from workers
    inner join parameters
        on workers.month = parameters.month
    where workers.employment_status in ('seeking', 'returned')
    union all
    select
        workers.month,
        workers.person_id,
        'training' as shortfall,
        workers.trainings_in_year as reached,
        parameters.employment_trainings_required as required
    from workers
    inner join parameters
        on workers.month = parameters.month
    where workers.needs_training
)

select
    month,
    person_id,
    shortfall,
    reached,
    required
from due
where reached < required
