-- Grain: one member with an out-of-county spell ended in the quarter of the cut-off and work begun after it (month, person_id).
-- Source: rules.md section 8 (returned_reemployed); 新农组办〔2023〕3号 art. 6.

with spells as (
    select * from {{ ref('int_employment_spells') }}
),

months as (
    select * from {{ ref('int_months') }}
),

returned as (
    select
        spells.month,
        spells.person_id,
        min(spells.ended_on) as returned_on
    from spells
    inner join months
        on spells.month = months.month
    where
        spells.kind = 'spell'
        and spells.is_outside_county
        and spells.ended_on between months.quarter_start and months.cut_off
    group by spells.month, spells.person_id
)

select distinct
    returned.month,
    returned.person_id
from returned
inner join spells
    on
        returned.month = spells.month
        and returned.person_id = spells.person_id
where
    spells.is_active
    and spells.started_on > returned.returned_on
