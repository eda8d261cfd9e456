-- Grain: one household of the roster of a computed month (month, household_id), monitored or not.
-- Purpose: what the checks of monitoring look at: how long since identification, how long until clearance, the measures since
-- and the guarantees it lacks. Source: rules.md section 3, 7, 10; checks.csv C15, C20, C26.

with households as (
    select * from {{ ref('int_checked_households') }}
),

measures as (
    select * from {{ ref('stg_rural_revitalization__assistance_measure') }}
),

shortfalls as (
    select * from {{ ref('int_guarantee_shortfalls') }}
),

measures_since as (
    select
        households.month,
        households.household_id,
        count(*) as measures
    from households
    inner join measures
        on
            households.household_id = measures.household_id
            and {{ is_known('measures', 'households.knowledge_month') }}
    where measures.measure_date between households.identified_month and households.cut_off
    group by households.month, households.household_id
),

lacking as (
    select
        month,
        household_id,
        {{ joined_texts("""case shortfall
            when 'out_of_school' then '义务教育阶段不在学'
            when 'uninsured' then '未参保'
            when 'unsafe_dwelling' then '住房不安全'
            when 'unsafe_water' then '饮水不安全'
        end""") }} as guarantees
    from shortfalls
    group by month, household_id
)

select
    households.month,
    households.household_id,
    households.town,
    households.village,
    households.file,
    households.row_number,
    households.is_in_scope,
    households.is_monitored,
    households.is_monitored_active,
    households.identified_month,
    households.risk_cleared,
    households.cleared_month,
    households.clearance_method,
    households.previous_month,
    households.cut_off,
    households.knowledge_month,
    {{ months_between('households.identified_month', 'households.month') }} as months_since_identified,
    {{ months_between('households.identified_month', 'households.cleared_month') }} as months_until_cleared,
    coalesce(measures_since.measures, 0) as measures_since_identified,
    lacking.guarantees as lacking_guarantees
from households
left join measures_since
    on
        households.month = measures_since.month
        and households.household_id = measures_since.household_id
left join lacking
    on
        households.month = lacking.month
        and households.household_id = lacking.household_id
