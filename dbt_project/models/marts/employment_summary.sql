-- Grain: one town that has a household, and the whole county (month, town).
-- Source: rules.md section 8; 新农组办〔2023〕3号 art. 6.

with totals as (
    select * from {{ ref('int_employment_totals') }}
)

select
    month,
    town,
    workers,
    employed,
    employment_rate,
    public_post,
    in_county,
    in_city,
    in_province,
    out_of_province,
    seeking,
    not_seeking,
    returned,
    unknown,
    offers_reached,
    returned_reemployed,
    subsidised_persons,
    subsidy_amount
from totals
where {{ is_applicable('totals', 'employment_summary') }}
