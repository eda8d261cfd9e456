-- Grain: one town (month, town_code), the same in every month of a run.
-- Purpose: codes and names of the county's towns. Source: config/county.yml.

with months as (
    select * from {{ ref('int_months') }}
),

towns as (
    select * from {{ ref('stg_reference__towns') }}
)

select
    months.month,
    towns.code as town_code,
    towns.name as town,
    towns.position as code_place
from months
cross join towns
