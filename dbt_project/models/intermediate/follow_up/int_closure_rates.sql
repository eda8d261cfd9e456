-- Grain: one list of one recipient, and of the whole county; 全部 for all lists of a recipient (month, recipient, list).
-- Purpose: how many of the items that were to be closed are closed, and how many were answered in time. Rates are null without
-- an item; what was answered in time is not known where no feedback arrived.
-- Source: ledgers.md section 7; 新农组办〔2023〕3号 art. 25.

{{ config(tags=['between_checks']) }}

with items as (
    select * from {{ ref('int_work_items') }}
),

months as (
    select * from {{ ref('int_months') }}
),

households as (
    select * from {{ ref('int_households') }}
),

towns as (
    select value as town from {{ ref('stg_reference__code_values') }}
    where code_list = 'town'
),

county as (
    select * from {{ ref('stg_reference__county') }}
),

feedback as (
    select * from {{ ref('int_deliveries') }}
    where extract = 'rural_revitalization__feedback'
),

judged as (
    select
        month,
        recipient,
        list,
        state,
        handed_out_month = month as is_new,
        -- items that were to be closed: handed out before the month, of somebody who is still there
        handed_out_month < month and state <> 'gone' as is_due,
        months_since_answer is not null and not coalesce(is_late, false) as is_in_time
    from items
),

by_recipient as (
    select * from judged
    union all
    select
        judged.month,
        county.whole_county as recipient,
        judged.list,
        judged.state,
        judged.is_new,
        judged.is_due,
        judged.is_in_time
    from judged
    cross join county
),

by_list as (
    select * from by_recipient
    union all
    select
        month,
        recipient,
        '{{ every_list() }}' as list,
        state,
        is_new,
        is_due,
        is_in_time
    from by_recipient
    union all
    -- who has a row in any case
    select distinct
        months.month,
        towns.town as recipient,
        '{{ every_list() }}' as list,
        cast(null as {{ text_type() }}) as state,
        false as is_new,
        false as is_due,
        false as is_in_time
    from months
    inner join households
        on months.month = households.delivery_month
    inner join towns
        on households.town = towns.town
    union all
    select
        months.month,
        county.whole_county as recipient,
        '{{ every_list() }}' as list,
        cast(null as {{ text_type() }}) as state,
        false as is_new,
        false as is_due,
        false as is_in_time
    from months
    cross join county
),

counted as (
    select
        month,
        recipient,
        list,
        count(case when is_new then 1 end) as new_items,
        count(case when is_due then 1 end) as items,
        {% for state in ['mended', 'answered', 'waived', 'recurring', 'overdue', 'open'] -%}
        count(case when is_due and state = '{{ state }}' then 1 end) as {{ state }},
        {% endfor -%}
        count(case when is_due and state in ('mended', 'answered', 'waived') then 1 end) as closed,
        count(case when is_due and is_in_time then 1 end) as answered_in_time
    from by_list
    group by month, recipient, list
)

select
    counted.month,
    counted.recipient,
    counted.list,
    counted.new_items,
    counted.items,
    counted.mended,
    counted.answered,
    counted.waived,
    counted.recurring,
    counted.overdue,
    counted.open,
    counted.closed,
    case when feedback.has_arrived then {{ ratio('counted.closed', 'counted.items') }} end as closure_rate,
    case when feedback.has_arrived then counted.answered_in_time end as in_time,
    case when feedback.has_arrived then {{ ratio('counted.answered_in_time', 'counted.items') }} end as in_time_rate
from counted
left join feedback
    on counted.month = feedback.delivery_month
