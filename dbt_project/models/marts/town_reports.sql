-- Grain: one report of a town on a household, as int_town_reports has them (month, delivery, file, sheet, row_number).
-- Purpose: what towns have found of their own accord, and what the bureau does about it.
-- Source: ledgers.md section 1; 新农组办〔2023〕3号 art. 1, 25.

with reports as (
    select * from {{ ref('int_town_reports') }}
),

areas as (
    select * from {{ ref('int_areas') }}
),

households as (
    select * from {{ ref('int_households') }}
),

listed as (
    select
        month,
        household_id
    from {{ ref('int_household_months') }}
    where {{ household_is_on('warning_list') }}
),

lines as (
    select * from {{ ref('int_lines') }}
),

below_lines as (
    select
        reports.month,
        reports.delivery_month,
        reports.file,
        reports.sheet,
        reports.row_number,
        bool_or({{ fails_line('reports.income_per_capita', 'lines.amount', 'lines.comparator', 1) }}) as is_below_line
    from reports
    inner join lines
        on reports.month = lines.month
    group by reports.month, reports.delivery_month, reports.file, reports.sheet, reports.row_number
)

select
    reports.month,
    reports.delivery_month as delivery,
    reports.file,
    reports.sheet,
    reports.row_number,
    reports.town,
    areas.town_code,
    reports.village,
    reports.report_kind,
    reports.household_id,
    households.household_id is not null as is_on_roster,
    listed.household_id is not null as is_on_warning_list,
    reports.head_name,
    reports.situation,
    reports.income_per_capita,
    below_lines.is_below_line,
    reports.reported_on,
    reports.reported_by,
    case when households.household_id is not null then 'check_entry' else 'visit' end as next_step
from reports
left join areas
    on reports.town = areas.town
left join households
    on
        reports.month = households.delivery_month
        and reports.household_id = households.household_id
left join listed
    on
        reports.month = listed.month
        and reports.household_id = listed.household_id
left join below_lines
    on
        reports.month = below_lines.month
        and reports.delivery_month = below_lines.delivery_month
        and reports.file = below_lines.file
        and reports.sheet = below_lines.sheet
        and reports.row_number = below_lines.row_number
