-- Grain: one member on social assistance in a month (month, person_id).
-- Purpose: 在保 assistance and its kind, first in the order of the code list. Source: rules.md section 3.

with assistance as (
    {{ member_rows('civil_affairs__assistance_roll') }}
),

assistance_types as (
    select * from {{ ref('stg_reference__code_values') }}
    where code_list = 'assistance_type'
),

ranked as (
    select
        assistance.month,
        assistance.person_id,
        assistance.assistance_type,
        row_number() over (
            partition by assistance.month, assistance.person_id
            order by assistance_types.position nulls last, assistance.assistance_type
        ) as rank_of_type
    from assistance
    left join assistance_types
        on assistance.assistance_type = assistance_types.value
    where assistance.status = '在保'
)

select
    month,
    person_id,
    min(case when rank_of_type = 1 then assistance_type end) as assistance_type,
    bool_or(assistance_type in ('农村低保', '城市低保')) as is_on_dibao,
    bool_or(assistance_type in ('农村特困', '城市特困')) as is_on_tekun
from ranked
group by month, person_id
