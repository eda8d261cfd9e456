-- Grain: one department's extract that brought rows that count in a month (month, extract).
-- Purpose: how many of its rows were matched to the roster: in the computed months, and in earlier ones as kept when they were
-- computed, so that the first computed month can be compared with the month before it. Source: rules.md section 1, 2;
-- checks.csv K01.

with row_matches as (
    select * from {{ ref('int_row_matches') }}
    where state <> 'replaced'
),

months as (
    select * from {{ ref('int_months') }}
),

kept as (
    select * from {{ ref('stg_kept__extract_matches') }}
),

computed as (
    select
        row_matches.month,
        months.previous_month,
        row_matches.extract,
        count(*) as rows_counted,
        count(case when row_matches.state not in ('review', 'not_in_roster') then 1 end) as rows_matched
    from row_matches
    inner join months
        on row_matches.month = months.month
    group by row_matches.month, months.previous_month, row_matches.extract
)

select
    month,
    previous_month,
    extract,
    rows_counted,
    rows_matched
from computed

union all

select
    kept.month,
    kept.previous_month,
    kept.extract,
    kept.rows_counted,
    kept.rows_matched
from kept
where not exists (
    select 1
    from months
    where months.month = kept.month
)
