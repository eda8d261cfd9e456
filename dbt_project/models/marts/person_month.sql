-- Grain: one active member of the roster (month, person_id), also those whose household is not on the roster.
-- Purpose: the person fact table that the lists are read from. Source: rules.md section 2, 3, 8, 9.

with person_months as (
    select * from {{ ref('int_person_months') }}
)

select
    month,
    person_id,
    {{ person_columns() }},
    person_key,
    id_status,
    relationship,
    is_worker,
    employment_status,
    work_area,
    is_on_assistance,
    assistance_type,
    is_disabled,
    disability_grade,
    school_stage,
    enrolment_status,
    premium_status,
    pension_status,
    medical_12m,
    education_net
from person_months
