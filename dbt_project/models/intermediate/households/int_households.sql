-- Grain: one household of the roster of one delivery (delivery_month, household_id).
-- Purpose: the populations a household belongs to. Source: rules.md section 3.

with household_rows as (
    select * from {{ ref('stg_rural_revitalization__household_roster') }}
    where is_counted
),

flagged as (
    select
        *,
        household_type = '脱贫户' as is_poverty_alleviated,
        monitoring_category is not null as is_monitored,
        monitoring_category is not null and not coalesce(risk_cleared, false) as is_monitored_active
    from household_rows
)

select
    delivery_month,
    household_id,
    town,
    village,
    head_name,
    household_type,
    monitoring_category,
    is_marginal_2019,
    is_poverty_alleviated,
    is_monitored,
    is_monitored_active,
    is_poverty_alleviated or coalesce(is_marginal_2019, false) or is_monitored as is_in_scope,
    case
        when is_monitored_active then '未消除'
        when is_monitored then '已消除'
    end as monitoring_status,
    household_size,
    is_dwelling_unsafe,
    is_water_safe,
    identified_month,
    cleared_month,
    helper_name
from flagged
