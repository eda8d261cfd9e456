-- Grain: one employment spell of an active member (month, person_id, file, row_number).
-- Purpose: how old the member was at the start, and whether an earlier spell had not ended then (an open one lasts to the
-- cut-off). Source: rules.md section 8, 10; checks.csv F08, F12.

with spells as (
    select * from {{ ref('int_employment_spells') }}
    where kind = 'spell'
),

members as (
    select * from {{ ref('int_checked_members') }}
),

joined as (
    select
        spells.month,
        spells.person_id,
        spells.file,
        spells.row_number,
        spells.employer,
        spells.started_on,
        spells.ended_on,
        spells.is_active,
        members.born_on,
        coalesce(spells.ended_on, members.cut_off) as lasts_until
    from spells
    inner join members
        on
            spells.month = members.month
            and spells.person_id = members.person_id
),

preceded as (
    select
        *,
        max(lasts_until) over (
            partition by month, person_id
            order by started_on asc, lasts_until desc, file asc, row_number asc
            rows between unbounded preceding and 1 preceding
        ) as earlier_lasts_until
    from joined
)

select
    month,
    person_id,
    file,
    row_number,
    employer,
    started_on,
    ended_on,
    is_active,
    cast({{ age_on('born_on', 'started_on') }} as bigint) as age_when_started,
    earlier_lasts_until,
    coalesce(started_on < earlier_lasts_until, false) as overlaps_earlier
from preceded
