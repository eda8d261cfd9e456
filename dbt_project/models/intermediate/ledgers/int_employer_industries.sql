-- Grain: one employer with persons on the cut-off, or who left in its quarter (month, employer).
-- Purpose: the industry of the spell that began last, of those there, else of those who left. Source: ledgers.md section 3.

with spells as (
    select * from {{ ref('int_employer_spells') }}
),

employer_persons as (
    select * from {{ ref('int_employer_persons') }}
),

months as (
    select * from {{ ref('int_months') }}
),

ranked as (
    select
        spells.month,
        spells.employer,
        spells.industry,
        row_number() over (
            partition by spells.month, spells.employer
            order by spells.is_active desc, spells.started_on desc, spells.industry asc nulls last
        ) as place
    from spells
    inner join months
        on spells.month = months.month
    inner join employer_persons
        on
            spells.month = employer_persons.month
            and spells.employer = employer_persons.employer
            and spells.person_id = employer_persons.person_id
    where
        spells.is_latest_active
        or (
            employer_persons.has_left
            and spells.ended_on >= months.quarter_start
            and spells.ended_on < months.cut_off
        )
)

select
    month,
    employer,
    industry
from ranked
where place = 1
