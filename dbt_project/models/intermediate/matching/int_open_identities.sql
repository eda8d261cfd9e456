-- Grain: one identity with a name that neither document tier nor a decision has matched (month, identity_id).
-- Purpose: what tier 3 works on, with what its document number still tells. Source: rules.md section 2.

with months as (
    select * from {{ ref('int_months') }}
),

matched as (
    select
        month,
        identity_id
    from {{ ref('int_identity_choices') }}
    where persons = 1
    union distinct
    select
        month,
        identity_id
    from {{ ref('int_decided_matches') }}
),

settled as (
    -- somebody looked and it is nobody on the roster
    select
        month,
        identity_id
    from {{ ref('int_match_decisions') }}
    where
        decision = '不是同一人'
        and person_id is null
),

plain as (
    select
        *,
        {{ plain_number('document') }} as plain_number
    from {{ ref('int_identities') }}
)

select
    months.month,
    identities.identity_id,
    {{ bare_name('identities.name') }} as name,
    identities.document_status,
    coalesce(identities.person_key, {{ key_of_plain_number('identities.plain_number') }}) as person_key,
    case when identities.document_status <> 'missing' then identities.plain_number end as document,
    {{ digits_left('identities.plain_number') }} as digits_left,
    {{ birth_digits('identities.plain_number') }} as birth_digits,
    case
        when identities.document_status <> 'missing' then {{ sex_of_document('identities.plain_number') }}
    end as sex
from months
inner join plain as identities
    on months.knowledge_month >= identities.first_delivery
left join matched
    on
        months.month = matched.month
        and identities.identity_id = matched.identity_id
left join settled
    on
        months.month = settled.month
        and identities.identity_id = settled.identity_id
where
    identities.name is not null
    and matched.identity_id is null
    and settled.identity_id is null
