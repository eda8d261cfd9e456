-- Grain: one roll that arrived in the delivery of a computed month and had accepted rows in the delivery of the month before
-- (month, extract).
-- Purpose: how many rows it has now and had then. Source: checks.csv K02; rules.md section 10.

with months as (
    select * from {{ ref('int_months') }}
),

rolls as (
    select extract
    from {{ ref('stg_reference__extracts') }}
    where kind = 'roll'
),

deliveries as (
    select
        deliveries.*,
        deliveries.rows_received - deliveries.rows_rejected as rows_accepted
    from {{ ref('int_deliveries') }} as deliveries
    inner join rolls
        on deliveries.extract = rolls.extract
    where deliveries.has_arrived
)

select
    months.month,
    deliveries.extract,
    deliveries.rows_accepted,
    earlier.rows_accepted as rows_accepted_before
from months
inner join deliveries
    on months.month = deliveries.delivery_month
inner join deliveries as earlier
    on
        months.previous_month = earlier.delivery_month
        and deliveries.extract = earlier.extract
where earlier.rows_accepted > 0
