-- Grain: one assistance measure for a household of the roster, dated in the window (month, delivery_month, file, row_number).
-- Purpose: for which member it was, by the document, and its theme, the first whose words it has. Source: ledgers.md section 1,
-- 4; 新农组办〔2023〕3号 art. 13-16, 21.

with months as (
    select * from {{ ref('int_months') }}
),

households as (
    select * from {{ ref('int_households') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
    where is_active
),

themes as (
    select * from {{ ref('int_parameter_entries') }}
    where parameter = 'measure.themes'
),

{{ judge_document(ref('stg_rural_revitalization__assistance_measure'), 'id_number') }},

measures as (
    select
        months.month,
        measures.delivery_month,
        measures.file,
        measures.row_number,
        measures.household_id,
        measures.id_number_person_key,
        measures.measure_type,
        measures.measure_name,
        measures.amount,
        measures.measure_date,
        measures.responsible_department
    from months
    inner join id_number_judged as measures
        on
            {{ is_in_window('measures.measure_date') }}
            and {{ is_known('measures', 'months.knowledge_month') }}
    inner join households
        on
            months.month = households.delivery_month
            and measures.household_id = households.household_id
),

persons_by_document as (
    select
        month,
        household_id,
        person_key,
        min(person_id) as person_id
    from persons
    where person_key is not null
    group by month, household_id, person_key
),

kinds as (
    select distinct
        month,
        measure_type,
        measure_name
    from measures
),

fitting as (
    select
        kinds.*,
        themes.item as theme,
        row_number() over (
            partition by kinds.month, kinds.measure_type, kinds.measure_name
            order by themes.position
        ) as place
    from kinds
    inner join themes
        on
            kinds.month = themes.month
            and (
                kinds.measure_name like '%' || themes.entry || '%'
                or themes.entry = '措施类别=' || kinds.measure_type
            )
)

select
    measures.month,
    measures.delivery_month,
    measures.file,
    measures.row_number,
    measures.household_id,
    persons_by_document.person_id,
    measures.measure_type,
    measures.measure_name,
    measures.amount,
    measures.measure_date,
    measures.responsible_department,
    fitting.theme
from measures
left join persons_by_document
    on
        measures.month = persons_by_document.month
        and measures.household_id = persons_by_document.household_id
        and measures.id_number_person_key = persons_by_document.person_key
left join fitting
    on
        measures.month = fitting.month
        and measures.measure_type = fitting.measure_type
        and measures.measure_name = fitting.measure_name
        and fitting.place = 1
