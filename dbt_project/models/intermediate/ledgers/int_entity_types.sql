-- Grain: one entity that production links up to the cut-off name (month, entity).
-- Purpose: what kind of entity it is, as said last; rows about anybody say it. Source: ledgers.md section 3.

with months as (
    select * from {{ ref('int_months') }}
),

links as (
    select * from {{ ref('stg_agriculture__production_link') }}
),

ranked as (
    select
        months.month,
        links.entity_normalized as entity,
        links.entity_type,
        row_number() over (
            partition by months.month, links.entity_normalized
            order by
                coalesce(links.paid_on, links.signed_on) desc,
                links.delivery_month desc,
                links.file desc,
                links.row_number desc
        ) as place
    from months
    inner join links
        on
            coalesce(links.paid_on, links.signed_on) < months.month
            and {{ is_known('links', 'months.knowledge_month') }}
)

select
    month,
    entity,
    entity_type
from ranked
where place = 1
