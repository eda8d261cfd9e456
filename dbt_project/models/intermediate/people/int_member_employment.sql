-- Grain: one member with a spell or post that is active, or that ended outside the county (month, person_id).
-- Purpose: the spell or post by which a worker's status is told: an active post, else the latest active spell, else the latest
-- ended spell where it was outside the county and ended recently. Source: rules.md section 8.

with spells as (
    select * from {{ ref('int_employment_spells') }}
),

months as (
    select * from {{ ref('int_months') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by month, person_id, kind, is_active, is_ended
            order by
                case when is_ended then ended_on end desc nulls last,
                started_on desc nulls last,
                order_text desc nulls last,
                second_order_text desc nulls last,
                file desc,
                row_number desc
        ) as latest
    from spells
    where is_active or is_ended
),

stated as (
    select
        ranked.*,
        case
            when ranked.is_active and ranked.kind = 'post' then 'public_post'
            when ranked.is_active then 'employed'
            when
                ranked.kind = 'spell'
                and ranked.is_outside_county
                and {{ days_between('ranked.ended_on', 'months.cut_off') }} <= parameters.employment_returned_within_days
                then 'returned'
        end as spell_status
    from ranked
    inner join months
        on ranked.month = months.month
    inner join parameters
        on ranked.month = parameters.month
    where ranked.latest = 1
),

first_that_applies as (
    select
        *,
        row_number() over (
            partition by month, person_id
            order by case spell_status when 'public_post' then 1 when 'employed' then 2 else 3 end
        ) as rank_of_status
    from stated
    where spell_status is not null
)

select
    month,
    person_id,
    spell_status,
    employer,
    industry,
    job,
    channel,
    monthly_wage,
    has_contract,
    has_social_insurance,
    started_on,
    ended_on,
    work_area
from first_that_applies
where rank_of_status = 1
