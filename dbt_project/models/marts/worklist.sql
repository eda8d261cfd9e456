-- Grain: one household of a town or of the bureau, one person of another department, with something to do (month, recipient,
-- household_id, person_id).
-- Purpose: the lines of 待办: what is open, overdue or found again, of all lists together, the worst first.
-- Source: ledgers.md section 7; 新农组办〔2023〕3号 art. 25.

{{ config(tags=['between_checks']) }}

{%- set line = ['month', 'recipient', 'household_id', 'person_id'] %}

with months as (
    select * from {{ ref('int_months') }}
),

items as (
    select * from {{ ref('int_work_items') }}
    where state in ('open', 'overdue', 'recurring')
),

checks as (
    select * from {{ ref('stg_reference__checks') }}
),

household_months as (
    select * from {{ ref('int_household_months') }}
),

-- what was known of the month before when it was computed, as the lists of then showed it
listings as (
    select
        months.month,
        listings.household_id,
        listings.income_status,
        listings.shortfall,
        {{ level_rank('listings') }} as level_rank
    from months
    inner join {{ ref('int_listings') }} as listings
        on
            months.previous_month = listings.month
            and months.previous_month = listings.knowledge_month
),

placed as (
    select
        items.month,
        items.recipient,
        items.recipient_kind,
        coalesce(items.household_id, '') as household_id,
        case
            when items.recipient_kind = 'town' or items.recipient = {{ item_recipient_without_town() }} then ''
            else coalesce(items.person_id, '')
        end as person_id,
        items.town,
        items.village,
        items.head_name,
        items.name,
        items.person_phone,
        items.item_code,
        items.list,
        items.entity_key,
        items.item_title,
        items.severity,
        items.state,
        items.handed_out_month,
        items.due_on,
        items.last_result,
        items.last_answered_on,
        items.last_answered_by,
        case
            when items.list = 'warning_list' then 1
            when items.severity = 'E' then 2
            when checks.check_code is null then 3
            else 4
        end as place
    from items
    left join checks
        on items.list = checks.check_code
),

answered as (
    select
        *,
        row_number() over (
            partition by {{ line | join(', ') }}
            order by last_answered_on desc nulls last, place asc, item_code asc
        ) = 1 as is_last_answer
    from placed
),

-- what a list or check says of the household or person, with the names of those whom it says it of
matters as (
    select
        {{ line | join(',\n        ') }},
        item_title,
        min(recipient_kind) as recipient_kind,
        min(town) as town,
        min(village) as village,
        min(head_name) as head_name,
        min(case when person_id <> '' then name end) as name,
        min(case when person_id <> '' then person_phone end) as person_phone,
        min(place) as place,
        bool_or(severity = 'E') as has_error,
        bool_or(state = 'overdue') as is_overdue,
        count(*) as items,
        count(case when state = 'overdue' then 1 end) as overdue_items,
        count(case when state = 'recurring' then 1 end) as recurring_items,
        count(case when handed_out_month = month then 1 end) as new_items,
        min(due_on) as due_on,
        item_title || coalesce('（' || {{ joined_texts("case when person_id = '' then name end") }} || '）', '') as reason,
        {{ texts_in_order('item_code', 'entity_key', ';') }} as item_codes,
        max(case when is_last_answer then last_result end) as last_result,
        max(case when is_last_answer then last_answered_on end) as last_answered_on,
        max(case when is_last_answer then last_answered_by end) as last_answered_by
    from answered
    group by {{ line | join(', ') }}, item_title
),

ordered as (
    select
        *,
        row_number() over (
            partition by {{ line | join(', ') }}
            order by is_overdue desc, place asc, item_title asc
        ) as position
    from matters
),

lines as (
    select
        {{ line | join(',\n        ') }},
        min(recipient_kind) as recipient_kind,
        min(town) as town,
        min(village) as village,
        min(head_name) as head_name,
        min(name) as name,
        min(person_phone) as person_phone,
        bool_or(coalesce(has_error, false)) as has_error,
        bool_or(is_overdue) as is_overdue,
        sum(items) as items,
        sum(overdue_items) as overdue_items,
        sum(recurring_items) as recurring_items,
        sum(new_items) as new_items,
        min(due_on) as due_on,
        {{ texts_in_order('reason', 'position', '；') }} as reasons,
        {{ texts_in_order('item_codes', 'position', ';') }} as item_codes,
        max(last_result) as last_result,
        max(last_answered_on) as last_answered_on,
        max(last_answered_by) as last_answered_by
    from ordered
    group by {{ line | join(', ') }}
),

described as (
    select
        lines.month,
        lines.recipient,
        lines.recipient_kind,
        lines.household_id,
        lines.person_id,
        coalesce(household_months.town, lines.town) as town,
        household_months.town_code,
        coalesce(household_months.village, lines.village) as village,
        coalesce(household_months.head_name, lines.head_name) as head_name,
        lines.name,
        coalesce(lines.person_phone, household_months.phone) as phone,
        household_months.helper_name,
        case when household_months.is_listed then household_months.level end as level,
        case when household_months.is_listed then household_months.shortfall end as shortfall,
        household_months.income_per_capita,
        lines.has_error,
        lines.is_overdue,
        lines.items,
        lines.overdue_items,
        lines.recurring_items,
        lines.new_items,
        lines.due_on,
        {{ level_rank('household_months') }} as level_rank,
        -- a level that is not known to be lower is not said to be
        case
            when household_months.income_status = 'complete' and listings.income_status = 'complete' then listings.level_rank
        end as earlier_level_rank,
        household_months.shortfall - listings.shortfall as more_shortfall,
        lines.reasons,
        lines.item_codes,
        lines.last_result,
        lines.last_answered_on,
        lines.last_answered_by
    from lines
    left join household_months
        on
            lines.month = household_months.month
            and lines.household_id = household_months.household_id
    left join listings
        on
            lines.month = listings.month
            and lines.household_id = listings.household_id
)

select
    month,
    recipient,
    household_id,
    person_id,
    recipient_kind,
    cast(
        row_number() over (
            partition by month, recipient
            order by
                is_overdue desc,
                level_rank desc,
                shortfall desc nulls last,
                has_error desc,
                household_id asc,
                person_id asc
        ) as bigint
    ) as line_no,
    town,
    town_code,
    village,
    head_name,
    name,
    phone,
    helper_name,
    level,
    shortfall,
    income_per_capita,
    is_overdue,
    cast(items as bigint) as items,
    cast(overdue_items as bigint) as overdue_items,
    cast(new_items as bigint) as new_items,
    cast(recurring_items as bigint) as recurring_items,
    due_on,
    case
        when is_overdue then 'overdue'
        when recurring_items > 0 then 'recurring'
        when new_items = items then 'new'
        when level_rank > earlier_level_rank then 'worse'
        when level_rank < earlier_level_rank then 'better'
        when level_rank = earlier_level_rank and more_shortfall > 0 then 'worse'
        when new_items > 0 then 'added'
        when level_rank = earlier_level_rank and more_shortfall < 0 then 'better'
        else 'unchanged'
    end as change,
    reasons,
    item_codes,
    last_result,
    last_answered_on,
    last_answered_by
from described
