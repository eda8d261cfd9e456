-- Grain: one item of a computed month (month, list, entity_key).
-- Purpose: which items there are: on their list, or not on it though their run is not ended as the list was not complete
-- for them, or closed by this run (mended, gone); where they stand and who has to answer. Source: ledgers.md section 7.

{{ config(tags=['between_checks']) }}

with months as (
    select * from {{ ref('int_months') }}
),

runs as (
    select * from {{ ref('int_list_runs') }}
    where
        {{ hands_out_items() }}
    union all
    select * from {{ ref('int_check_runs') }}
),

members as (
    select * from {{ ref('int_members') }}
),

households as (
    select * from {{ ref('int_households') }}
),

placed as (
    select
        months.month,
        runs.list,
        runs.kind,
        runs.entity_key,
        runs.household_id,
        runs.person_id,
        runs.town,
        runs.village,
        runs.recipient,
        runs.recipient_kind,
        runs.first_month as handed_out_month,
        case
            when runs.month_index = months.month_index then 'listed'
            when runs.ends_index > months.month_index then 'pending'
            when runs.gone_index = runs.ends_index then 'gone'
            else 'mended'
        end as presence
    from months
    inner join runs
        on
            months.month_index >= runs.month_index
            and (
                months.month_index = runs.month_index
                or (
                    months.month_index <= runs.ends_index
                    and months.month_index < coalesce(runs.next_index, runs.ends_index + 1)
                )
            )
)

select
    placed.month,
    placed.list,
    placed.kind,
    placed.entity_key,
    case
        when placed.presence <> 'pending' then placed.household_id
        when placed.person_id is null then placed.household_id
        else members.household_id
    end as household_id,
    placed.person_id,
    case
        when placed.presence <> 'pending' then placed.town
        when placed.person_id is null then households.town
        else members.town
    end as town,
    case
        when placed.presence <> 'pending' then placed.village
        when placed.person_id is null then households.village
        else members.village
    end as village,
    placed.recipient,
    placed.recipient_kind,
    placed.handed_out_month,
    placed.presence,
    {{ item_code('placed.list', 'placed.handed_out_month', 'placed.entity_key') }} as item_code
from placed
left join members
    on
        placed.month = members.month
        and placed.person_id = members.person_id
left join households
    on
        placed.month = households.delivery_month
        and placed.person_id is null
        and placed.household_id = households.household_id
