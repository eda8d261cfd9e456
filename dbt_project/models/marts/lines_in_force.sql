-- Grain: one income line (month, parameter), in force or not.
-- Purpose: says in words which line a month's lists rest on. Source: rules.md section 5; 新农组办〔2023〕3号 art. 2, 3.

with months as (
    select * from {{ ref('int_months') }}
),

line_parameters as (
    select distinct parameter
    from {{ ref('stg_reference__policy_parameters') }}
    where is_line
),

lines as (
    select * from {{ ref('int_lines') }}
)

select
    months.month,
    line_parameters.parameter,
    lines.amount,
    lines.comparator,
    lines.populations as population,
    lines.document,
    lines.article,
    case when lines.parameter is null then 'not_in_force' else 'in_force' end as status
from months
cross join line_parameters
left join lines
    on
        months.month = lines.month
        and line_parameters.parameter = lines.parameter
