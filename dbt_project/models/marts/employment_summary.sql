-- Grain: one town that has a household, and the whole county (month, town).
-- Source: rules.md section 8; 新农组办〔2023〕3号 art. 6.

with household_months as (
    select * from {{ ref('int_household_months') }}
),

workers as (
    select * from {{ ref('int_person_months') }}
    where is_worker
),

reemployed as (
    select * from {{ ref('int_reemployed_returnees') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

county as (
    select * from {{ ref('stg_reference__county') }}
),

areas as (
    select distinct
        month,
        town,
        town as of_town
    from household_months
    union all
    select distinct
        household_months.month,
        county.whole_county as town,
        household_months.town as of_town
    from household_months
    cross join county
),

counted as (
    select
        areas.month,
        areas.town,
        count(workers.person_id) as workers,
        count(case when workers.employment_status in ('employed', 'public_post') then 1 end) as employed,
        count(case when workers.employment_status = 'public_post' then 1 end) as public_post,
        count(case when workers.work_area = '县内' then 1 end) as in_county,
        count(case when workers.work_area = '县外市内' then 1 end) as in_city,
        count(case when workers.work_area = '市外省内' then 1 end) as in_province,
        count(case when workers.work_area = '省外' then 1 end) as out_of_province,
        count(case when workers.employment_status = 'seeking' then 1 end) as seeking,
        count(case when workers.employment_status = 'not_seeking' then 1 end) as not_seeking,
        count(case when workers.employment_status = 'returned' then 1 end) as returned,
        count(case when workers.employment_status = 'unknown' then 1 end) as unknown,
        count(
            case
                when
                    workers.employment_status in ('seeking', 'returned')
                    and workers.offers_in_year >= parameters.employment_offers_required
                    then 1
            end
        ) as offers_reached,
        count(reemployed.person_id) as returned_reemployed,
        count(case when workers.payments_in_quarter > 0 then 1 end) as subsidised_persons,
        cast(coalesce(sum(workers.subsidies_in_quarter), 0) as decimal(14, 2)) as subsidy_amount
    from areas
    inner join parameters
        on areas.month = parameters.month
    left join workers
        on
            areas.month = workers.month
            and areas.of_town = workers.town
    left join reemployed
        on
            workers.month = reemployed.month
            and workers.person_id = reemployed.person_id
    group by areas.month, areas.town
)

select
    month,
    town,
    workers,
    employed,
    {{ ratio('employed', 'workers') }} as employment_rate,
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
from counted
where {{ is_applicable('counted', 'employment_summary') }}
