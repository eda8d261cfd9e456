-- Grain: one mart of a computed month (month, mart).
-- Purpose: whether what a list rests on is there: its extracts and its income line. Source: rules.md section 5, 10, 11.

with months as (
    select * from {{ ref('int_months') }}
),

mart_needs as (
    select * from {{ ref('stg_reference__mart_needs') }}
),

deliveries as (
    select * from {{ ref('int_deliveries') }}
),

lines as (
    select * from {{ ref('int_lines') }}
),

needs as (
    select
        months.month,
        mart_needs.mart,
        mart_needs.title,
        mart_needs.needs_line,
        mart_needs.need,
        mart_needs.need = 0 or coalesce(bool_or(deliveries.has_arrived), false) as is_met,
        {{ joined_texts('mart_needs.extract_title') }} as extract_titles
    from months
    cross join mart_needs
    left join deliveries
        on
            months.month = deliveries.delivery_month
            and mart_needs.extract = deliveries.extract
    group by months.month, mart_needs.mart, mart_needs.title, mart_needs.needs_line, mart_needs.need
),

by_mart as (
    select
        month,
        mart,
        title,
        needs_line,
        bool_and(is_met) as has_extracts,
        {{ joined_texts("case when not is_met then extract_titles end") }} as missing_titles
    from needs
    group by month, mart, title, needs_line
),

line_counts as (
    select
        by_mart.month,
        by_mart.mart,
        count(lines.parameter) as lines_in_force
    from by_mart
    left join lines
        on
            by_mart.month = lines.month
            and (by_mart.needs_line = 'any' or by_mart.needs_line = lines.parameter)
    group by by_mart.month, by_mart.mart
)

select
    by_mart.month,
    by_mart.mart,
    by_mart.title,
    by_mart.has_extracts and (by_mart.needs_line is null or line_counts.lines_in_force > 0) as is_applicable,
    case
        when not by_mart.has_extracts then '所依据的名册未报送或全部退回：' || by_mart.missing_titles
        when by_mart.needs_line is not null and line_counts.lines_in_force = 0 then '本月没有生效的收入标准'
    end as explanation
from by_mart
inner join line_counts
    on
        by_mart.month = line_counts.month
        and by_mart.mart = line_counts.mart
