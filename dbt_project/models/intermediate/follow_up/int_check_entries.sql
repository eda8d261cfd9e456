-- Grain: one household or person found by a check that hands out items, in a month (month, list, entity_key); list is
-- the check.
-- Purpose: findings that are handed out, and to whom; those about rows, files and extracts go back with the delivery,
-- hints and what already stands on a list do not go out. Source: ledgers.md section 7.

{{ config(tags=['between_checks']) }}

with known_months as (
    select * from {{ ref('int_known_months') }}
),

findings as (
    select * from {{ ref('stg_checked__findings') }}
),

checks as (
    select * from {{ ref('stg_reference__checks') }}
    where
        entity in ('person', 'household')
        and recipient is not null
        and repeats is null
),

severities as (
    select
        month,
        entry as severity
    from {{ ref('int_parameter_entries') }}
    where parameter = 'worklist.severities'
),

-- the household's place is that of the month: a finding about somebody who left names where he was
households as (
    select * from {{ ref('int_households') }}
),

towns as (
    select value as town from {{ ref('stg_reference__code_values') }}
    where code_list = 'town'
)

select
    findings.month,
    findings.check_code as list,
    cast(null as {{ text_type() }}) as kind,
    findings.entity_key,
    findings.household_id,
    case when checks.entity = 'person' then findings.entity_key end as person_id,
    households.town,
    households.village,
    case
        when checks.recipient <> 'town' then checks.recipient
        else coalesce(towns.town, {{ item_recipient_without_town() }})
    end as recipient,
    case when checks.recipient = 'town' and towns.town is not null then 'town' else 'department' end as recipient_kind
from findings
inner join known_months
    on
        findings.month = known_months.month
        and findings.knowledge_month = known_months.knowledge_month
inner join checks
    on findings.check_code = checks.check_code
inner join severities
    on
        findings.month = severities.month
        and checks.severity = severities.severity
left join households
    on
        findings.month = households.delivery_month
        and findings.household_id = households.household_id
left join towns
    on households.town = towns.town
