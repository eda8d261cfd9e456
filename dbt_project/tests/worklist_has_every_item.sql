-- Every item that is open, overdue or found again stands in exactly one line of worklist, and nothing else does.
{{ config(tags=['between_checks']) }}

with lines as (
    select
        month,
        {{ split_texts('item_codes', ';') }} as item_code
    from {{ ref('worklist') }}
),

stood as (
    select
        month,
        item_code,
        count(*) as times
    from lines
    group by month, item_code
),

items as (
    select
        month,
        item_code
    from {{ ref('worklist_follow_up') }}
    where state in ('open', 'overdue', 'recurring')
)

select
    coalesce(items.month, stood.month) as month,
    coalesce(items.item_code, stood.item_code) as item_code,
    stood.times
from items
full join stood
    on
        items.month = stood.month
        and items.item_code = stood.item_code
where
    items.item_code is null
    or stood.times is null
    or stood.times > 1
