-- Grain: one employer named with employment subsidies of the window to members of households in scope (month, employer).
-- Purpose: what was paid in the employer's name. Source: ledgers.md section 3; 新农组办〔2023〕3号 art. 10.

with subsidies as (
    select * from {{ ref('int_employment_subsidies') }}
    where employer_normalized is not null
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
    where is_in_scope
)

select
    subsidies.month,
    subsidies.employer_normalized as employer,
    cast(sum(subsidies.amount) as decimal(14, 2)) as subsidies_12m,
    cast(
        coalesce(sum(case when subsidies.subsidy_type = '一次性吸纳就业补贴' then subsidies.amount end), 0) as decimal(14, 2)
    ) as absorption_subsidy_12m
from subsidies
inner join persons
    on
        subsidies.month = persons.month
        and subsidies.person_id = persons.person_id
group by subsidies.month, subsidies.employer_normalized
