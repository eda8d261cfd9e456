-- Grain: one month of which a delivery was looked at or which is computed.
-- Purpose: cut-off, window, quarter and school year of each month. Source: rules.md section 1.

with months as (
    select delivery_month as month from {{ ref('stg_landed__intake_files') }}
    union distinct
    select month from {{ ref('stg_reference__requested_months') }}
),

last_month as (
    select max(month) as month from {{ ref('stg_reference__requested_months') }}
),

cut_offs as (
    select
        months.month,
        {{ add_months('months.month', -1) }} as previous_month,
        {{ add_months('months.month', -12) }} as window_start,
        12 as window_months,
        cast(months.month - 1 as date) as cut_off
    from months
    cross join last_month
    where months.month <= last_month.month
)

select
    month,
    previous_month,
    window_start,
    window_months,
    cut_off,
    cast(year(cut_off) as bigint) as cut_off_year,
    make_date(year(cut_off), cast({{ whole_division('month(cut_off) - 1', '3') }} as integer) * 3 + 1, 1) as quarter_start,
    cast(year(month) * 12 + month(month) as bigint) as month_index
from cut_offs
