-- Grain: one town that has a household, and the whole county (month, town).
-- Source: rules.md section 8; 新农组办〔2023〕3号 art. 6.

with totals as (
    select * from {{ ref('int_employment_totals') }}
),

areas as (
    select * from {{ ref('int_areas') }}
)

select
    totals.month,
    totals.town,
    areas.town_code,
    coalesce(areas.is_total, false) as is_total,
    totals.workers,
    totals.employed,
    totals.employment_rate,
    totals.public_post,
    totals.in_county,
    totals.in_city,
    totals.in_province,
    totals.out_of_province,
    totals.seeking,
    totals.not_seeking,
    totals.returned,
    totals.unknown,
    totals.offers_reached,
    totals.returned_reemployed,
    totals.subsidised_persons,
    totals.subsidy_amount
from totals
left join areas
    on totals.town = areas.town
where {{ is_applicable('totals', 'employment_summary') }}
