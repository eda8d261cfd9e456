-- Grain: one household of the roster of one delivery (delivery_month, household_id).
-- Purpose: the populations a household belongs to, and the code of its town. Where the town is none of the county's, or not
-- said, the code of the village suggests one to the bureau. Source: rules.md section 3.

with household_rows as (
    select * from {{ ref('stg_rural_revitalization__household_roster') }}
    where is_counted
),

areas as (
    select * from {{ ref('int_areas') }}
),

located as (
    select
        household_rows.*,
        areas.town_code,
        case when areas.town_code is null then suggested.town_code end as suggested_town_code
    from household_rows
    left join areas
        on household_rows.town = areas.town
    -- the first nine digits of a village's code are its town's
    left join areas as suggested
        on substr(household_rows.village_code, 1, 9) = suggested.town_code
),

flagged as (
    select
        *,
        household_type = '脱贫户' as is_poverty_alleviated,
        monitoring_category is not null as is_monitored,
        monitoring_category is not null and not coalesce(risk_cleared, false) as is_monitored_active
    from located
)

select
    delivery_month,
    household_id,
    town,
    town_code,
    suggested_town_code,
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
    helper_name,
    phone
from flagged
