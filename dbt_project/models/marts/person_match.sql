-- Grain: one department row of the month's delivery that was matched (month, extract, file, row_number).
-- Purpose: which member a row is about and how that was found; of several rows of one person the lowest person_id.
-- Source: rules.md section 2.

with row_matches as (
    select * from {{ ref('int_row_matches') }}
)

select
    month,
    extract,
    file,
    row_number,
    person_id,
    state as match_method
from row_matches
where state in ('id', 'repaired_id', 'evidence')
