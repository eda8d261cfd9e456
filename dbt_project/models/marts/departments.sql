-- Grain: one department (month, department), the same in every month of a run.
-- Purpose: codes of departments and what they are called. Source: config/county.yml.

with months as (
    select * from {{ ref('int_months') }}
),

departments as (
    select * from {{ ref('stg_reference__departments') }}
)

select
    months.month,
    departments.department,
    departments.name as department_name,
    departments.short_name as department_short_name,
    departments.is_register_keeper,
    departments.position as code_place
from months
cross join departments
