-- Grain: one member with a paid medical insurance premium of the year of the cut-off (month, person_id).
-- Purpose: who paid, the first that applies; what the person paid of the residents' scheme.
-- Source: rules.md section 9; ledgers.md section 6; 新农组办〔2023〕3号 art. 20.

with enrolments as (
    {{ member_rows('medical_insurance__enrolment') }}
),

months as (
    select * from {{ ref('int_months') }}
),

ranked as (
    select
        enrolments.month,
        enrolments.person_id,
        {{ premium_rank('enrolments') }} as premium_rank,
        case when enrolments.scheme = '城乡居民' then enrolments.personal_payment end as personal_payment
    from enrolments
    inner join months
        on enrolments.month = months.month
    where
        enrolments.status in ('已缴费', '正常')
        and enrolments.insured_year = months.cut_off_year
)

select
    month,
    person_id,
    {{ premium_status_of_rank('min(premium_rank)') }} as premium_status,
    cast(coalesce(sum(personal_payment), 0) as decimal(14, 2)) as personal_payment
from ranked
where premium_rank is not null
group by month, person_id
