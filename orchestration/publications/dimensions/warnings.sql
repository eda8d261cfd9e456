-- Grain: what a month's numbers are to be read with: it was restated, something did not arrive, lists could not be computed.
-- Purpose: the rows of meta.warnings that depend on what is published; the others are declared (config/reading_notes.yml).

select
    month,
    '重算过的月份' as topic,
    concat('这个月用到 ', strftime(knowledge_month, '%Y-%m'), ' 为止的报送重算过，与按当时所知的月份相比，差别不全是情况的变化') as warning,
    'dim_month.is_restated' as concerns
from marts.dim_month
where is_restated
union all
select
    month,
    '缺报或退回的名册' as topic,
    concat('没有报送或全部退回：', not_received, '；依靠这些名册的列为空，不等于零') as warning,
    'dim_month.not_received' as concerns
from marts.dim_month
where extracts_not_received > 0
union all
select
    month,
    '算不出的清单' as topic,
    concat('这个月不适用：', not_applicable, '；没有行不等于没有户，原因见 list_status') as warning,
    'list_status' as concerns
from marts.dim_month
where lists_not_applicable > 0
order by month, topic
