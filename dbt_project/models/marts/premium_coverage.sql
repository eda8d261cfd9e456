-- Grain: one member of a household in scope (month, person_id).
-- Purpose: whether the government paid the premiums in full. Source: rules.md section 9; 新农组办〔2023〕3号 art. 20.

with persons as (
    select * from {{ ref('int_person_months') }}
    where is_in_scope
)

select
    month,
    person_id,
    {{ person_columns() }},
    premium_status,
    pension_status
from persons
where {{ is_applicable('persons', 'premium_coverage') }}
