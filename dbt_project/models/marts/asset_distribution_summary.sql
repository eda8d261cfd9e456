-- Grain: one asset, town, village and round of distribution in the year of the cut-off (month, asset, town, village,
-- distribution_round); year is that of the cut-off, a blank is an empty text.
-- Source: ledgers.md section 5; 新农组办〔2023〕3号 art. 18. All rows that count are in the total, matched or not.

with distributions as (
    select
        month,
        asset,
        coalesce(asset_town, '') as town,
        coalesce(asset_village, '') as village,
        coalesce(distribution_round, '') as distribution_round,
        household_id,
        -- whoever is on the roster is the household
        case when household_id is null then beneficiary end as beneficiary,
        amount,
        coalesce(beneficiary_group, 'off_roster') as beneficiary_group
    from {{ ref('int_asset_distributions') }}
    where is_in_year
),

months as (
    select * from {{ ref('int_months') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

headcounts as (
    select * from {{ ref('int_headcounts') }}
),

without as (
    select * from {{ ref('int_asset_monitored_without') }}
),

areas as (
    select * from {{ ref('int_areas') }}
),

by_beneficiary as (
    select
        month,
        asset,
        town,
        village,
        distribution_round,
        beneficiary_group,
        household_id,
        beneficiary,
        sum(amount) as amount
    from distributions
    group by month, asset, town, village, distribution_round, beneficiary_group, household_id, beneficiary
),

by_group as (
    select
        by_beneficiary.month,
        by_beneficiary.asset,
        by_beneficiary.town,
        by_beneficiary.village,
        by_beneficiary.distribution_round,
        by_beneficiary.beneficiary_group,
        sum(by_beneficiary.amount) as amount,
        count(*) as beneficiaries,
        sum(coalesce(headcounts.headcount, 0)) as heads
    from by_beneficiary
    left join headcounts
        on
            by_beneficiary.month = headcounts.delivery_month
            and by_beneficiary.household_id = headcounts.household_id
    group by
        by_beneficiary.month,
        by_beneficiary.asset,
        by_beneficiary.town,
        by_beneficiary.village,
        by_beneficiary.distribution_round,
        by_beneficiary.beneficiary_group
),

summed as (
    select
        month,
        asset,
        town,
        village,
        distribution_round,
        {% for name in ['monitored', 'poverty', 'other', 'off_roster'] -%}
        cast(sum(case when beneficiary_group = '{{ name }}' then amount else 0 end) as decimal(14, 2)) as amount_{{ name }},
        cast(sum(case when beneficiary_group = '{{ name }}' then beneficiaries else 0 end) as bigint) as count_{{ name }},
        cast(sum(case when beneficiary_group = '{{ name }}' then heads else 0 end) as bigint) as heads_{{ name }},
        {% endfor -%}
        cast(sum(amount) as decimal(14, 2)) as total_amount
    from by_group
    group by month, asset, town, village, distribution_round
),

compared as (
    select
        summed.*,
        areas.town_code,
        months.cut_off_year,
        parameters.asset_min_leaning_ratio as min_leaning_ratio,
        without.monitored_without,
        -- the two sides of the ratio, as whole products: per monitored household against per household of the rest
        summed.amount_monitored * (summed.count_poverty + summed.count_other + summed.count_off_roster) as monitored_side,
        (summed.total_amount - summed.amount_monitored) * summed.count_monitored as other_side
    from summed
    inner join months
        on summed.month = months.month
    inner join parameters
        on summed.month = parameters.month
    inner join without
        on
            summed.month = without.month
            and summed.asset = without.asset
            and summed.town = without.town
            and summed.village = without.village
    left join areas
        on summed.town = areas.town
),

judged as (
    select
        *,
        count_monitored > 0
        and count_poverty + count_other + count_off_roster > 0
        and total_amount > amount_monitored as has_ratio
    from compared
)

select
    month,
    cast(cut_off_year as bigint) as year,
    asset,
    town,
    town_code,
    village,
    distribution_round,
    total_amount,
    amount_monitored,
    amount_poverty,
    amount_other,
    amount_off_roster,
    count_monitored as households_monitored,
    count_poverty as households_poverty,
    count_other as households_other,
    count_off_roster as beneficiaries_off_roster,
    {{ ratio('amount_monitored + amount_poverty', 'total_amount') }} as share_poor,
    {{ ratio('amount_monitored', 'total_amount') }} as share_monitored,
    {{ divide_money('amount_monitored', 'count_monitored') }} as per_household_monitored,
    {{ divide_money('amount_poverty', 'count_poverty') }} as per_household_poverty,
    {{ divide_money('amount_monitored', 'heads_monitored') }} as per_head_monitored,
    {{ divide_money('amount_poverty', 'heads_poverty') }} as per_head_poverty,
    case when has_ratio then {{ ratio('monitored_side', 'other_side') }} end as leaning_ratio,
    case
        when distribution_round <> '二次' then null
        when count_monitored = 0 and monitored_without > 0 then false
        when has_ratio then monitored_side > min_leaning_ratio * other_side
        when amount_monitored > 0 and total_amount <= amount_monitored then true
    end as is_leaning,
    monitored_without
from judged
