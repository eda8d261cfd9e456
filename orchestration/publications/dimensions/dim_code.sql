-- Grain: one value of a code, as the newest month that has it explains it.
-- Source: the codes of every month in this database; old months keep codes that are given up.

with known as (
    select
        *,
        row_number() over (partition by domain, code order by month desc) as age
    from marts.code_values
)

select
    domain,
    code,
    code_label,
    code_meaning,
    code_place
from known
where age = 1 and domain is not null and code is not null
order by domain, code_place, code
