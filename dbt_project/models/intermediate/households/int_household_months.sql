-- Grain: one household of the roster of a computed month (month, household_id).
-- Purpose: everything the lists know of a household, in one place. Source: rules.md section 3, 4, 6, 7, 11.

with months as (
    select * from {{ ref('int_months') }}
),

households as (
    select * from {{ ref('int_households') }}
),

listings as (
    select * from {{ ref('int_listings') }}
),

members as (
    select * from {{ ref('int_household_members') }}
),

dwellings as (
    select * from {{ ref('int_household_dwellings') }}
),

arrivals as (
    select * from {{ ref('int_arrivals') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

joined as (
    select
        months.month,
        households.household_id,
        households.town,
        households.town_code,
        households.suggested_town_code,
        households.village,
        households.head_name,
        households.household_type,
        households.monitoring_category,
        households.is_marginal_2019,
        households.monitoring_status,
        households.is_poverty_alleviated,
        households.is_monitored,
        households.is_monitored_active,
        households.is_in_scope,
        households.identified_month,
        households.cleared_month,
        households.helper_name,
        households.phone,
        listings.headcount,
        listings.income_status,
        listings.months_observed,
        listings.income_12m,
        listings.income_12m_estimate,
        listings.income_per_capita,
        listings.wage_12m,
        listings.business_12m,
        listings.property_12m,
        listings.transfer_12m,
        listings.claim_12m,
        listings.inclusion_line,
        listings.warning_line,
        listings.is_listed,
        listings.is_below_inclusion,
        listings.is_below_warning,
        listings.level,
        listings.shortfall,
        members.members,
        members.members_disabled,
        members.members_in_school,
        members.workers,
        members.medical_12m,
        members.highest_medical_12m,
        members.highest_education_net,
        members.is_without_labour,
        members.is_without_employment,
        case when arrivals.has_civil_affairs__assistance_roll then members.members_on_assistance end as members_on_assistance,
        case when arrivals.has_human_resources__employment then members.workers_employed end as workers_employed,
        case when arrivals.has_medical_insurance__enrolment then members.uninsured_members end as uninsured_members,
        case when arrivals.has_education__enrolment then members.education_net end as education_net,
        members.medical_12m + members.education_net as burden_12m,
        coalesce(households.is_dwelling_unsafe, false)
        or coalesce(dwellings.has_unsafe_dwelling, false) as has_unsafe_dwelling,
        dwellings.unsafe_dwelling_grade,
        not coalesce(households.is_water_safe, true) or coalesce(dwellings.has_unsafe_water, false) as has_unsafe_water,
        parameters.burden_heavy_ratio
    from months
    inner join households
        on months.month = households.delivery_month
    inner join listings
        on
            months.month = listings.month
            and months.knowledge_month = listings.knowledge_month
            and households.household_id = listings.household_id
    inner join members
        on
            months.month = members.month
            and households.household_id = members.household_id
    inner join arrivals
        on months.month = arrivals.month
    inner join parameters
        on months.month = parameters.month
    left join dwellings
        on
            months.month = dwellings.month
            and households.household_id = dwellings.household_id
)

select
    *,
    case
        when income_status = 'complete' and income_12m > 0 then {{ ratio('burden_12m', 'income_12m') }}
    end as burden_ratio,
    case
        when income_status = 'complete' then cast(income_12m + claim_12m - burden_12m as decimal(14, 2))
    end as adjusted_income_12m,
    case
        when income_status <> 'complete' then false
        when income_12m > 0 then burden_12m >= burden_heavy_ratio * income_12m
        else burden_12m > 0
    end as is_heavy_ratio
from joined
