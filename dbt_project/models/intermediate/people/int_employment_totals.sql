-- Grain: one town that has a household, and the whole county (month, town).
-- Purpose: how many workers there are and what they do, in what is published of a month and compared with earlier ones.
-- Source: rules.md section 8; ledgers.md section 8; 新农组办〔2023〕3号 art. 6.

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
        cast(coalesce(sum(workers.subsidies_in_quarter), 0) as decimal(14, 2)) as subsidy_amount,
        count(case when workers.guidance_in_quarter > 0 then 1 end) as guided_persons,
        count(case when workers.trainings_in_quarter > 0 then 1 end) as trained_persons,
        count(
            case when workers.employment_status = 'employed' and workers.channel = '帮扶车间' then 1 end
        ) as workshop_persons
    from areas
    inner join parameters
        on areas.month = parameters.month
    left join workers
        on
            areas.month = workers.month
            -- the county counts those too whose household has no town
            and coalesce(areas.of_town, '') = coalesce(workers.town, '')
    left join reemployed
        on
            workers.month = reemployed.month
            and workers.person_id = reemployed.person_id
    group by areas.month, areas.town
),

idle_households as (
    select distinct
        month,
        town,
        household_id
    from {{ ref('int_key_group_members') }}
    where key_group = '零就业户'
),

idle as (
    select
        areas.month,
        areas.town,
        count(*) as zero_employment_households
    from areas
    inner join idle_households
        on
            areas.month = idle_households.month
            and coalesce(areas.of_town, '') = coalesce(idle_households.town, '')
    group by areas.month, areas.town
)

select
    counted.*,
    {{ ratio('counted.employed', 'counted.workers') }} as employment_rate,
    coalesce(idle.zero_employment_households, 0) as zero_employment_households
from counted
left join idle
    on
        counted.month = idle.month
        and coalesce(counted.town, '') = coalesce(idle.town, '')
