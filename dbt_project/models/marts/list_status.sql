-- Grain: one mart (month, mart).
-- Purpose: says of every list whether it could be computed; an empty list is not a list that could not be computed.
-- Source: rules.md section 10, 11.

with list_needs as (
    select * from {{ ref('int_list_needs') }}
)

select
    month,
    mart,
    title,
    case when is_applicable then 'computed' else 'not_applicable' end as status,
    explanation
from list_needs
