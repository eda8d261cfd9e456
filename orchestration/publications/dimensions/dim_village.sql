-- Grain: one village of a town; the same name in two towns is two villages.
-- Source: the households of every month in this database.

select
    households.town,
    households.village,
    max(towns.town_code) as town_code,
    min(households.month) as first_month,
    max(households.month) as last_month
from marts.household_month as households
left join marts.dim_town as towns on households.town = towns.town
where households.town <> '' and households.village <> ''
group by households.town, households.village
order by max(towns.town_place) nulls last, households.town, households.village
