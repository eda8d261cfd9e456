-- Grain: one report of a town on a household, dated in the window or until the day up to which the month reads answers
-- (month, delivery_month, file, sheet, row_number).
-- Purpose: which household of the roster it is about: the one that is named; else that of the head's document, else that of an
-- equal head name in the same village, each only where one alone fits. Source: ledgers.md section 1; 新农组办〔2023〕3号 art. 1, 25.

with months as (
    select
        months.month,
        months.knowledge_month,
        months.window_start,
        handout_days.read_until
    from {{ ref('int_months') }} as months
    inner join {{ ref('int_handout_days') }} as handout_days
        on months.month = handout_days.month
),

roster as (
    select
        delivery_month as month,
        household_id,
        town,
        village,
        subject_person_key,
        subject_name
    from {{ ref('stg_rural_revitalization__household_roster') }}
    where is_counted
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
    where is_active
),

reports as (
    select
        months.month,
        reports.*
    from months
    inner join {{ ref('stg_rural_revitalization__town_report') }} as reports
        on
            -- a household in need is seen in the month in which its report comes, as an answer is
            months.window_start <= reports.reported_on
            and months.read_until >= reports.reported_on
            and {{ is_known('reports', 'months.knowledge_month') }}
),

documents as (
    select
        month,
        subject_person_key as person_key,
        household_id
    from roster
    union all
    select
        month,
        person_key,
        household_id
    from persons
),

by_document as (
    select
        month,
        person_key,
        min(household_id) as household_id
    from documents
    where person_key is not null
    group by month, person_key
    having count(distinct household_id) = 1
),

by_name as (
    select
        reports.month,
        reports.delivery_month,
        reports.file,
        reports.sheet,
        reports.row_number,
        min(roster.household_id) as household_id
    from reports
    inner join roster
        on
            reports.month = roster.month
            and reports.subject_name = roster.subject_name
            and reports.village = roster.village
            and coalesce(reports.town, roster.town) = roster.town
    group by reports.month, reports.delivery_month, reports.file, reports.sheet, reports.row_number
    having count(distinct roster.household_id) = 1
)

select
    reports.month,
    reports.delivery_month,
    reports.file,
    reports.sheet,
    reports.row_number,
    reports.town,
    reports.village,
    reports.report_kind,
    coalesce(reports.household_id, by_document.household_id, by_name.household_id) as household_id,
    reports.head_name,
    reports.situation,
    reports.income_per_capita,
    reports.reported_on,
    reports.reported_by
from reports
left join by_document
    on
        reports.month = by_document.month
        and reports.subject_person_key = by_document.person_key
left join by_name
    on
        reports.month = by_name.month
        and reports.delivery_month = by_name.delivery_month
        and reports.file = by_name.file
        and reports.sheet = by_name.sheet
        and reports.row_number = by_name.row_number
