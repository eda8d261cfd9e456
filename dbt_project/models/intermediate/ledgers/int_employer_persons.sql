-- Grain: one employer and member of a household in scope who ever worked there (month, employer, person_id).
-- Purpose: who is there on the cut-off, who came and who left in its quarter. Source: ledgers.md section 3.

with spells as (
    select * from {{ ref('int_employer_spells') }}
),

months as (
    select * from {{ ref('int_months') }}
)

select
    spells.month,
    spells.employer,
    spells.person_id,
    bool_or(spells.is_active) as is_there,
    bool_or(spells.is_active) and min(spells.started_on) >= min(months.quarter_start) as has_come,
    not bool_or(spells.is_active)
    and bool_or(coalesce(spells.ended_on >= months.quarter_start and spells.ended_on < months.cut_off, false)) as has_left
from spells
inner join months
    on spells.month = months.month
group by spells.month, spells.employer, spells.person_id
