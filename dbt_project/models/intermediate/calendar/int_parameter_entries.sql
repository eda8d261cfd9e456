-- Grain: one month of the calendar and one entry of a list or table in force in it (month, parameter, position).
-- Purpose: parameters that are more than one number. An entry of a list is its own item. Source: ledgers.md section 2.

with months as (
    select * from {{ ref('int_calendar') }}
),

parameter_entries as (
    select * from {{ ref('stg_reference__parameter_entries') }}
)

select
    months.month,
    parameter_entries.parameter,
    parameter_entries.position,
    parameter_entries.item,
    parameter_entries.entry
from months
inner join parameter_entries
    on months.month between parameter_entries.valid_from and parameter_entries.valid_to
