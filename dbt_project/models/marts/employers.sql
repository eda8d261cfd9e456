-- Grain: one employer of persons of households in scope (month, employer).
-- Source: ledgers.md section 3; 新农组办〔2023〕3号 art. 10, 13. Not applicable without the employment roll.

with spells as (
    select * from {{ ref('int_employer_spells') }}
    where is_latest_active
),

employer_persons as (
    select * from {{ ref('int_employer_persons') }}
),

industries as (
    select * from {{ ref('int_employer_industries') }}
),

subsidies as (
    select * from {{ ref('int_employer_subsidies') }}
),

entity_types as (
    select * from {{ ref('int_entity_types') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
),

person_months as (
    select * from {{ ref('int_person_months') }}
),

named as (
    select
        month,
        employer
    from employer_persons
    where is_there or has_left
    union distinct
    select
        month,
        employer
    from subsidies
    where subsidies_12m <> 0
),

changes as (
    select
        month,
        employer,
        count(case when has_come then 1 end) as started_in_quarter,
        count(case when has_left then 1 end) as ended_in_quarter
    from employer_persons
    group by month, employer
),

counted as (
    select
        spells.month,
        spells.employer,
        count(*) as persons,
        count(case when person_months.is_worker then 1 end) as workers,
        count(case when persons.is_monitored_active then 1 end) as monitored,
        count(case when persons.is_poverty_alleviated then 1 end) as poverty_alleviated,
        count(case when person_months.labour_skill = '弱劳动力或半劳动力' then 1 end) as weak_labour,
        count(case when person_months.is_disabled then 1 end) as disabled,
        count(case when spells.work_area = '县内' then 1 end) as in_county,
        count(case when spells.work_area = '县外市内' then 1 end) as in_city,
        count(case when spells.work_area = '市外省内' then 1 end) as in_province,
        count(case when spells.work_area = '省外' then 1 end) as out_of_province,
        count(case when spells.channel = '帮扶车间' then 1 end) as workshop,
        count(case when spells.has_contract then 1 end) as with_contract,
        count(case when spells.has_social_insurance then 1 end) as with_social_insurance,
        sum(case when spells.monthly_wage > 0 then spells.monthly_wage end) as wages,
        count(case when spells.monthly_wage > 0 then 1 end) as persons_with_wage
    from spells
    inner join persons
        on
            spells.month = persons.month
            and spells.person_id = persons.person_id
    inner join person_months
        on
            spells.month = person_months.month
            and spells.person_id = person_months.person_id
    group by spells.month, spells.employer
)

select
    named.month,
    named.employer,
    industries.industry,
    entity_types.entity_type,
    counted.in_county > 0 as is_in_county,
    {% for count in [
        'persons', 'workers', 'monitored', 'poverty_alleviated', 'weak_labour', 'disabled', 'in_county', 'in_city', 'in_province',
        'out_of_province', 'workshop', 'with_contract', 'with_social_insurance',
    ] -%}
    coalesce(counted.{{ count }}, 0) as {{ count }},
    {% endfor -%}
    {{ divide_money('counted.wages', 'counted.persons_with_wage') }} as average_wage,
    coalesce(changes.started_in_quarter, 0) as started_in_quarter,
    coalesce(changes.ended_in_quarter, 0) as ended_in_quarter,
    cast(coalesce(subsidies.subsidies_12m, 0) as decimal(14, 2)) as subsidies_12m,
    cast(coalesce(subsidies.absorption_subsidy_12m, 0) as decimal(14, 2)) as absorption_subsidy_12m,
    coalesce(subsidies.subsidies_12m, 0) > 0 and coalesce(counted.persons, 0) = 0 as is_subsidised_without_person
from named
{% for relation in ['counted', 'changes', 'industries', 'subsidies'] -%}
left join {{ relation }}
    on
        named.month = {{ relation }}.month
        and named.employer = {{ relation }}.employer
{% endfor -%}
left join entity_types
    on
        named.month = entity_types.month
        and named.employer = entity_types.entity
where {{ is_applicable('named', 'employers') }}
