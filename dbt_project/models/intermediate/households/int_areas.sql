-- Grain: one town of the county, and the whole county (town).
-- Purpose: the code of a town by its name, and which rows are a total. Landed rows bear a town's name where they were delivered
-- with a declared alias. Source: config/county.yml.

select
    name as town,
    code as town_code,
    false as is_total
from {{ ref('stg_reference__towns') }}
union all
select
    whole_county as town,
    cast(null as {{ text_type() }}) as town_code,
    true as is_total
from {{ ref('stg_reference__county') }}
