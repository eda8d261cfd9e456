-- Grain: one household or person on one of the lists that hand out items, or one gap of entitlement (month, list, entity_key).
-- Purpose: who was listed when: in the computed months, and in earlier ones as kept when they were computed, so that a run does
-- not depend on which months are computed; whom an item of the list goes to. Source: ledgers.md section 1, 7.

with household_months as (
    select * from {{ ref('int_household_months') }}
),

members as (
    select * from {{ ref('int_members') }}
),

burdens as (
    select * from {{ ref('int_expenditure_burdens') }}
),

shortfalls as (
    select * from {{ ref('int_guarantee_shortfalls') }}
),

gaps as (
    select * from {{ ref('int_entitlement_gaps') }}
),

returnees as (
    select * from {{ ref('int_returnees') }}
),

service_gaps as (
    select * from {{ ref('int_service_gaps') }}
),

towns as (
    select value as town from {{ ref('stg_reference__code_values') }}
    where code_list = 'town'
),

listed as (
    {% for list in ['warning_list', 'income_gaps', 'unassisted_monitored'] -%}
    select
        month,
        '{{ list }}' as list,
        cast(null as {{ text_type() }}) as kind,
        household_id,
        cast(null as {{ text_type() }}) as person_id,
        {{ "'civil_affairs'" if list == 'unassisted_monitored' else 'cast(null as ' ~ text_type() ~ ')' }} as department
    from household_months
    where {{ household_is_on(list) }}
    union all
    {% endfor -%}
    select
        month,
        'expenditure_burden' as list,
        cast(null as {{ text_type() }}) as kind,
        household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as department
    from burdens
    where
        medical_level in ('warning', 'red')
        or education_level is not null
        or is_heavy_ratio
        or falls_below_after_burden
    union all
    select
        shortfalls.month,
        'guarantee_shortfalls' as list,
        shortfalls.shortfall as kind,
        shortfalls.household_id,
        nullif(shortfalls.person_id, '') as person_id,
        cast(null as {{ text_type() }}) as department
    from shortfalls
    inner join household_months
        on
            shortfalls.month = household_months.month
            and shortfalls.household_id = household_months.household_id
    where household_months.is_in_scope
    union all
    select
        gaps.month,
        'entitlement_gaps' as list,
        gaps.gap as kind,
        gaps.household_id,
        nullif(gaps.person_id, '') as person_id,
        gaps.target_department as department
    from gaps
    union all
    select
        returnees.month,
        'returnee_ledger' as list,
        cast(null as {{ text_type() }}) as kind,
        members.household_id,
        returnees.person_id,
        cast(null as {{ text_type() }}) as department
    from returnees
    inner join members
        on
            returnees.month = members.month
            and returnees.person_id = members.person_id
    where
        returnees.is_overdue
        and {{ is_applicable('returnees', 'returnee_ledger') }}
    union all
    select
        service_gaps.month,
        'service_shortfalls' as list,
        service_gaps.shortfall as kind,
        members.household_id,
        service_gaps.person_id,
        'human_resources' as department
    from service_gaps
    inner join members
        on
            service_gaps.month = members.month
            and service_gaps.person_id = members.person_id
    where {{ is_applicable('service_gaps', 'service_shortfalls') }}
),

own as (
    select
        listed.month,
        listed.list,
        listed.kind,
        coalesce(listed.kind || ':', '') || coalesce(listed.person_id, listed.household_id) as entity_key,
        listed.household_id,
        listed.person_id,
        household_months.town,
        household_months.village,
        coalesce(listed.department, towns.town, {{ item_recipient_without_town() }}) as recipient,
        case when listed.department is null and towns.town is not null then 'town' else 'department' end as recipient_kind
    from listed
    inner join household_months
        on
            listed.month = household_months.month
            and listed.household_id = household_months.household_id
    left join towns
        on household_months.town = towns.town
)

{{ own_and_kept('own', 'list_entries', [
    'month', 'list', 'kind', 'entity_key', 'household_id', 'person_id', 'town', 'village', 'recipient', 'recipient_kind',
]) }}
