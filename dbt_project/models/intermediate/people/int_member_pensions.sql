-- Grain: one member who receives a pension or has paid for the year of the cut-off (month, person_id).
-- Purpose: pension status, the first that applies; what the person paid of the residents' scheme for that year.
-- Source: rules.md section 9; ledgers.md section 6; 新农组办〔2023〕3号 art. 20.

with pensions as (
    {{ member_rows('human_resources__pension') }}
),

months as (
    select * from {{ ref('int_months') }}
),

ranked as (
    select
        pensions.month,
        pensions.person_id,
        case
            when pensions.status = '领取' then 0
            when pensions.status = '缴费' and pensions.insured_year = months.cut_off_year then {{ premium_rank('pensions') }}
        end as premium_rank,
        case
            when pensions.status = '缴费' and pensions.scheme = '城乡居民' and pensions.insured_year = months.cut_off_year
                then pensions.personal_payment
        end as personal_payment
    from pensions
    inner join months
        on pensions.month = months.month
)

select
    month,
    person_id,
    case min(premium_rank)
        when 0 then 'receiving'
        else {{ premium_status_of_rank('min(premium_rank)') }}
    end as pension_status,
    cast(coalesce(sum(personal_payment), 0) as decimal(14, 2)) as personal_payment
from ranked
where premium_rank is not null
group by month, person_id
