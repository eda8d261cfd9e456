-- Grain: one month with both rosters, with the one knowledge it is looked at with (month).
-- Purpose: a computed month with what it knows, every other month as known then. Source: rules.md section 1.

with listing_months as (
    select * from {{ ref('int_listing_months') }}
),

months as (
    select * from {{ ref('int_months') }}
)

select
    listing_months.month,
    listing_months.knowledge_month,
    listing_months.month_index
from listing_months
left join months
    on listing_months.month = months.month
where listing_months.knowledge_month = coalesce(months.knowledge_month, listing_months.month)
