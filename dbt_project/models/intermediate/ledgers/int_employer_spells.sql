-- Grain: one spell of a member of a household in scope with a named employer (month, file, row_number).
-- Purpose: who works, or has worked, for whom: the employer as names are compared, the member as a ledger names him. Source:
-- ledgers.md section 3; rules.md section 8.

with spell_rows as (
    {{ ledger_rows('human_resources__employment') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
),

spells as (
    select * from {{ ref('int_employment_spells') }}
    where kind = 'spell'
)

select
    spell_rows.month,
    spell_rows.file,
    spell_rows.row_number,
    spell_rows.person_id,
    spell_rows.employer_normalized as employer,
    spell_rows.industry,
    spell_rows.channel,
    spell_rows.started_on,
    spell_rows.ended_on,
    spell_rows.monthly_wage,
    spell_rows.has_contract,
    spell_rows.has_social_insurance,
    spells.work_area,
    spells.is_active,
    row_number() over (
        partition by spell_rows.month, spell_rows.employer_normalized, spell_rows.person_id, spells.is_active
        order by
            spell_rows.started_on desc, spell_rows.employer desc, spell_rows.file desc, spell_rows.row_number desc
    ) = 1 and spells.is_active as is_latest_active
from spell_rows
inner join persons
    on
        spell_rows.month = persons.month
        and spell_rows.person_id = persons.person_id
        and persons.is_in_scope
inner join spells
    on
        spell_rows.month = spells.month
        and spell_rows.person_id = spells.person_id
        and spell_rows.file = spells.file
        and spell_rows.row_number = spells.row_number
where spell_rows.employer_normalized is not null
