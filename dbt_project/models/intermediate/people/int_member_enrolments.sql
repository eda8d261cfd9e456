-- Grain: one member enrolled in a school in a month (month, person_id).
-- Purpose: status and stage of the enrolment that counts, attendance, fees beyond compulsory education.
-- Source: rules.md section 3 (order of several enrolments), 7 (education_net).

with enrolments as (
    {{ member_rows('education__enrolment') }}
),

stages as (
    select * from {{ ref('stg_reference__code_values') }}
    where code_list = 'school_stage'
),

ranked as (
    select
        enrolments.month,
        enrolments.person_id,
        enrolments.status,
        enrolments.stage,
        enrolments.annual_fees,
        coalesce(enrolments.stage in ('普通高中', '中职', '高职高专', '本科', '研究生'), false) as is_beyond_compulsory,
        row_number() over (
            partition by enrolments.month, enrolments.person_id
            order by
                case enrolments.status
                    when '在读' then 1
                    when '送教上门' then 2
                    when '休学' then 3
                    when '疑似辍学' then 4
                    when '退学' then 5
                    when '转出' then 6
                    when '毕业' then 7
                    else 8
                end,
                stages.position desc nulls last,
                enrolments.file desc,
                enrolments.row_number desc
        ) as rank_of_enrolment
    from enrolments
    left join stages
        on enrolments.stage = stages.value
)

select
    month,
    person_id,
    min(case when rank_of_enrolment = 1 then status end) as enrolment_status,
    min(case when rank_of_enrolment = 1 then stage end) as school_stage,
    bool_or(status in ('在读', '送教上门')) as is_attending,
    bool_or(status = '在读' and is_beyond_compulsory) as is_studying_beyond_compulsory,
    -- of whatever status
    bool_or(coalesce(stage in ('中职', '高职高专'), false)) as is_enrolled_in_vocational,
    cast(sum(case when status = '在读' and is_beyond_compulsory then annual_fees end) as decimal(14, 2)) as annual_fees
from ranked
group by month, person_id
