-- Grain: one published month.
-- Purpose: what every other table is to be read with: standards in force, version, what is missing of the month.
-- Source: the publications in this database; a month of which nothing says what arrived is neither complete nor incomplete.

with lines as (
    select
        month,
        max(case when parameter = 'income.inclusion_line' then amount end) as inclusion_line,
        max(case when parameter = 'income.inclusion_line' then document end) as inclusion_document,
        max(case when parameter = 'income.inclusion_line' then article end) as inclusion_article,
        max(case when parameter = 'income.warning_line' then amount end) as warning_line,
        max(case when parameter = 'income.warning_line' then document end) as warning_document,
        max(case when parameter = 'income.warning_line' then article end) as warning_article
    from marts.lines_in_force
    where status = 'in_force'
    group by month
),

extracts as (
    select
        compared.month,
        sum(case when compared.status = 'compared' then 0 else 1 end) as not_received,
        string_agg(
            case when compared.status <> 'compared' then coalesce(codes.code_label, compared.extract) end,
            '、' order by compared.extract
        ) as titles
    from marts.department_comparison as compared
    left join marts.dim_code as codes
        on codes.domain = 'extract' and compared.extract = codes.code
    group by compared.month
),

lists as (
    select
        month,
        sum(case when status = 'computed' then 0 else 1 end) as not_applicable,
        string_agg(case when status <> 'computed' then title end, '、' order by mart) as titles
    from marts.list_status
    group by month
)

select
    published.month,
    extract(year from published.month) as year,
    concat(extract(year from published.month), 'Q', extract(quarter from published.month)) as quarter,
    lines.inclusion_line,
    lines.inclusion_document,
    lines.inclusion_article,
    lines.warning_line,
    lines.warning_document,
    lines.warning_article,
    published.version,
    published.versions,
    published.versions_withdrawn,
    published.knowledge_month,
    published.knowledge_month > published.month as is_restated,
    published.published_at,
    extracts.not_received = 0 and lists.not_applicable = 0 as is_complete,
    extracts.not_received as extracts_not_received,
    extracts.titles as not_received,
    lists.not_applicable as lists_not_applicable,
    lists.titles as not_applicable
from marts.publications as published
left join lines on published.month = lines.month
left join extracts on published.month = extracts.month
left join lists on published.month = lists.month
order by published.month
