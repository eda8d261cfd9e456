-- Grain: one employment spell or public post of a member in a month (month, person_id, kind, file, row_number).
-- Purpose: spells and posts side by side, with the area of work. Source: rules.md section 8; 新农组办〔2023〕3号 art. 6-8.

with employments as (
    {{ member_rows('human_resources__employment') }}
),

posts as (
    {{ member_rows('human_resources__public_post') }}
),

county as (
    select * from {{ ref('stg_reference__county') }}
),

months as (
    select * from {{ ref('int_months') }}
),

spells as (
    select
        employments.month,
        employments.person_id,
        'spell' as kind,
        employments.file,
        employments.row_number,
        employments.employer,
        employments.industry,
        employments.job,
        employments.channel,
        employments.monthly_wage,
        employments.has_contract,
        employments.has_social_insurance,
        employments.started_on,
        employments.ended_on,
        employments.employer as order_text,
        cast(null as {{ text_type() }}) as second_order_text,
        case
            when employments.work_county like county.county || '%' then '县内'
            when employments.work_city like county.city || '%' and employments.work_county is not null then '县外市内'
            when
                employments.work_province like county.province || '%'
                and employments.work_city is not null
                and employments.work_city not like county.city || '%'
                then '市外省内'
            when employments.work_province is not null and employments.work_province not like county.province || '%' then '省外'
        end as work_area
    from employments
    cross join county
),

public_posts as (
    select
        posts.month,
        posts.person_id,
        'post' as kind,
        posts.file,
        posts.row_number,
        posts.managing_department as employer,
        cast(null as {{ text_type() }}) as industry,
        posts.post as job,
        cast(null as {{ text_type() }}) as channel,
        posts.monthly_pay as monthly_wage,
        cast(null as boolean) as has_contract,
        cast(null as boolean) as has_social_insurance,
        posts.started_on,
        posts.ended_on,
        posts.managing_department as order_text,
        posts.post as second_order_text,
        '县内' as work_area
    from posts
),

both_kinds as (
    select * from spells
    union all
    select * from public_posts
)

select
    both_kinds.*,
    both_kinds.started_on <= months.cut_off
    and (both_kinds.ended_on is null or both_kinds.ended_on >= months.cut_off) as is_active,
    coalesce(both_kinds.ended_on < months.cut_off, false) as is_ended,
    coalesce(
        both_kinds.started_on <= months.cut_off
        and (both_kinds.ended_on is null or both_kinds.ended_on >= months.window_start),
        false
    ) as touches_window,
    coalesce(both_kinds.work_area <> '县内', false) as is_outside_county
from both_kinds
inner join months
    on both_kinds.month = months.month
