-- Grain: one worker and service below what is required (month, person_id, shortfall).
-- Source: rules.md section 8; 新农组办〔2023〕3号 art. 8, 9.

with gaps as (
    select * from {{ ref('int_service_gaps') }}
),

persons as (
    select * from {{ ref('int_person_months') }}
)

select
    gaps.month,
    gaps.person_id,
    gaps.shortfall,
    {{ person_columns('persons') }},
    persons.employment_status,
    gaps.reached,
    cast(gaps.required as bigint) as required
from gaps
inner join persons
    on
        gaps.month = persons.month
        and gaps.person_id = persons.person_id
where {{ is_applicable('gaps', 'service_shortfalls') }}
