-- Grain: one identity and one member row it counts for (month, identity_id, person_id).
-- Purpose: the join between departments and roster. Of active members every row of the person; of rows 减少 the latest.
-- Source: rules.md section 2.

with choices as (
    select * from {{ ref('int_identity_choices') }}
    where persons = 1
),

members as (
    select * from {{ ref('int_roster_members') }}
),

chosen as (
    select
        choices.month,
        choices.identity_id,
        choices.is_active,
        members.person_id,
        case choices.tier when 1 then 'id' else 'repaired_id' end as match_method,
        row_number() over (
            partition by choices.month, choices.identity_id
            order by members.change_date desc nulls last, members.person_id desc
        ) as latest
    from choices
    inner join members
        on
            choices.month = members.month
            and choices.person = members.person
            and choices.is_active = members.is_active
)

select
    month,
    identity_id,
    person_id,
    match_method
from chosen
where is_active or latest = 1
