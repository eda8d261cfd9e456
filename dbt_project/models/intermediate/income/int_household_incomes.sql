-- Grain: one household, monitoring month and knowledge (month, knowledge_month, household_id).
-- Purpose: income of the twelve months before, its completeness and its estimate. Source: rules.md section 4.

with listing_months as (
    select * from {{ ref('int_listing_months') }}
),

headcounts as (
    select * from {{ ref('int_headcounts') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

sums as (
    select
        month,
        knowledge_month,
        household_id,
        count(case when is_observed then 1 end) as months_observed,
        sum(net_income) as income_12m,
        sum(case when is_observed then wage_income end) as wage_12m,
        sum(case when is_observed then business_net end) as business_12m,
        sum(case when is_observed then property_income end) as property_12m,
        sum(case when is_observed then transfer_income end) as transfer_12m,
        sum(claim_income) as claim_12m
    from {{ ref('int_income_months') }}
    group by month, knowledge_month, household_id
),

summed as (
    select
        listing_months.month,
        listing_months.knowledge_month,
        listing_months.window_months,
        headcounts.household_id,
        headcounts.headcount,
        parameters.income_min_months_observed,
        cast(coalesce(sums.months_observed, 0) as bigint) as months_observed,
        cast(sums.income_12m as decimal(14, 2)) as income_12m,
        cast(sums.wage_12m as decimal(14, 2)) as wage_12m,
        cast(sums.business_12m as decimal(14, 2)) as business_12m,
        cast(sums.property_12m as decimal(14, 2)) as property_12m,
        cast(sums.transfer_12m as decimal(14, 2)) as transfer_12m,
        cast(coalesce(sums.claim_12m, 0) as decimal(14, 2)) as claim_12m
    from listing_months
    inner join headcounts
        on listing_months.month = headcounts.delivery_month
    inner join parameters
        on listing_months.month = parameters.month
    left join sums
        on
            listing_months.month = sums.month
            and listing_months.knowledge_month = sums.knowledge_month
            and headcounts.household_id = sums.household_id
),

judged as (
    select
        *,
        case
            when headcount = 0 then 'insufficient'
            when months_observed = window_months then 'complete'
            when months_observed >= income_min_months_observed then 'partial'
            else 'insufficient'
        end as income_status
    from summed
)

select
    month,
    knowledge_month,
    household_id,
    headcount,
    months_observed,
    income_status,
    income_12m,
    case
        when income_status = 'partial' then {{ divide_money('income_12m * window_months', 'months_observed') }}
    end as income_12m_estimate,
    {{ divide_money('income_12m', 'headcount') }} as income_per_capita,
    wage_12m,
    business_12m,
    property_12m,
    transfer_12m,
    claim_12m
from judged
