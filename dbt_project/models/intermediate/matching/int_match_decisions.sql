-- Grain: one decision of a person in force in a month (month, identity_id, person_id; person_id null: about every candidate).
-- Purpose: what people have decided about identities that were queued, as known to the month; of two 同一人 for one identity the
-- later. Source: rules.md section 2 (the answer is remembered and applied in later months).

with months as (
    select * from {{ ref('int_months') }}
),

decisions as (
    select * from {{ ref('stg_rural_revitalization__match_decision') }}
),

identities as (
    select
        identity_id,
        first_delivery,
        {{ review_id('identity_id') }} as review_id
    from {{ ref('int_identities') }}
),

known as (
    select
        months.month,
        identities.identity_id,
        decisions.person_id,
        decisions.decision,
        decisions.delivery_month,
        decisions.file,
        decisions.row_number,
        row_number() over (
            partition by months.month, identities.identity_id, decisions.decision
            order by decisions.decided_on desc, decisions.delivery_month desc, decisions.file desc, decisions.row_number desc
        ) as place
    from months
    inner join decisions
        on {{ is_known('decisions', 'months.knowledge_month') }}
    inner join identities
        on
            decisions.review_id = identities.review_id
            and months.knowledge_month >= identities.first_delivery
)

select
    month,
    identity_id,
    person_id,
    decision,
    -- where the decision came from: what a restatement says of a difference that it makes
    delivery_month,
    file,
    row_number
from known
where
    decision = '不是同一人'
    or (decision = '同一人' and place = 1 and person_id is not null)
