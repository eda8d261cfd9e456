-- Grain: one name of a town: those that the county declares, and those under which households stand.
-- Source: the towns of the newest month, the households of every month in this database.

with declared as (
    select
        town,
        town_code,
        code_place
    from marts.towns
    where month = (select max(month) from marts.towns)
),

seen as (
    select
        town,
        min(month) as first_month,
        max(month) as last_month
    from marts.household_month
    where town <> ''
    group by town
)

select
    coalesce(declared.town, seen.town) as town,
    declared.town_code,
    declared.code_place as town_place,
    declared.town is not null as is_declared,
    seen.first_month,
    seen.last_month
from declared
full outer join seen on declared.town = seen.town
order by declared.code_place nulls last, seen.town
