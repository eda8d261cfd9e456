-- Grain: one department, as the newest month that has it calls it.
-- Source: the departments of every month in this database.

with known as (
    select
        *,
        row_number() over (partition by department order by month desc) as age
    from marts.departments
)

select
    department,
    department_name,
    department_short_name,
    is_register_keeper,
    code_place as department_place
from known
where age = 1 and department is not null
order by code_place, department
