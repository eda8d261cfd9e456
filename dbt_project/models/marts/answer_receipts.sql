-- Grain: one item named by one row of answers that came with the month's delivery (month, file, sheet, row_number, item_code);
-- a row that was not read, or names none, has a blank item_code.
-- Purpose: what has become of everything that towns and departments have answered: whether it counts, and if not why, and what
-- is to be done. Nothing that was answered is without a row.
-- Source: ledgers.md section 7; rules.md section 2, 10; 新农组办〔2023〕3号 art. 25.

{{ config(tags=['after_checks']) }}

{%- set place = answer_place() %}

with months as (
    select
        months.month,
        months.knowledge_month,
        handout_days.read_until
    from {{ ref('int_months') }} as months
    inner join {{ ref('int_handout_days') }} as handout_days
        on months.month = handout_days.month
),

answers as (
    select
        months.month,
        months.knowledge_month,
        months.read_until,
        answers.*,
        answers.result = '豁免' as is_waiver,
        answers.answered_on <= months.read_until as is_read,
        {{ what_is_said('answers') }} as said
    from months
    inner join {{ ref('int_answered_items') }} as answers
        on months.month = answers.delivery_month
),

-- rows to the same item, each its own or each a line; a line that would waive says nothing
compared as (
    select
        *,
        count(case when not (is_of_line and is_waiver) then 1 end) over (
            partition by month, item_code, is_of_line, is_read
        ) as times_answered,
        min(said) over (partition by month, item_code, is_of_line, is_read)
        <> max(said) over (partition by month, item_code, is_of_line, is_read) as is_said_differently
    from answers
),

counting as (
    select
        *,
        {{ what_is_said('counting') }} as said
    from {{ ref('int_checked_answers') }} as counting
),

items as (
    select * from {{ ref('int_work_items') }}
),

-- the first month of every run: the items that were handed out until now
handed_out as (
    select * from {{ ref('int_list_runs') }}
    where
        consecutive_months = 1
        and {{ hands_out_items() }}
    union all
    select * from {{ ref('int_check_runs') }}
    where consecutive_months = 1
),

codes as (
    select distinct
        month,
        knowledge_month,
        item_code,
        check_code,
        item_month,
        entity_key
    from answers
),

-- findings that are no items are answered as well: a waiver of a check is one of the list that it repeats
found as (
    select
        answers.month,
        answers.item_code,
        max(findings.household_id) as household_id,
        max(findings.person_id) as person_id,
        max(findings.town) as town,
        bool_or({{ month_text('findings.month') }} = answers.item_month) as is_of_its_month,
        bool_or(
            findings.month = answers.month
            and findings.knowledge_month = answers.knowledge_month
        ) as is_found_now
    from codes as answers
    inner join {{ ref('int_findings') }} as findings
        on
            answers.month >= findings.month
            and answers.check_code = findings.check_code
            and answers.entity_key = findings.entity_key
    group by answers.month, answers.item_code
),

names as (
    select * from {{ ref('int_issue_names') }}
),

results as (
    select value as result from {{ ref('stg_reference__code_values') }}
    where code_list = 'work_result'
),

labels as (
    select * from {{ ref('stg_reference__value_labels') }}
    where column_name = 'fate'
),

-- what was told of a row when its file was read
problems as (
    select
        delivery_month as month,
        {{ place | join(',\n        ') }},
        outcome = 'row_rejected' as is_rejected,
        {{ texts_in_order('message', 'column_letter', '') }} as message
    from {{ ref('stg_landed__intake_problems') }}
    where
        extract = 'rural_revitalization__feedback'
        -- what a person wrote over our own words is told as well
        and (outcome in ('row_rejected', 'cell_blanked') or problem = 'altered_row')
    group by delivery_month, {{ place | join(', ') }}, outcome = 'row_rejected'
),

placed as (
    select
        compared.*,
        case
            when items.item_code is not null then items.list
            when handed_out.list is not null then handed_out.list
            when found.is_of_its_month or (compared.is_waiver and found.is_found_now) then compared.check_code
            when compared.is_waiver and same_entity.item_code is not null then compared.check_code
        end as list,
        coalesce(items.household_id, handed_out.household_id, same_entity.household_id, found.household_id) as household_id,
        coalesce(items.person_id, handed_out.person_id, same_entity.person_id, found.person_id) as person_id,
        coalesce(items.town, handed_out.town, same_entity.town, found.town) as town,
        coalesce(items.recipient, handed_out.recipient, same_entity.recipient) as recipient,
        coalesce(items.recipient_kind, handed_out.recipient_kind, same_entity.recipient_kind) as recipient_kind,
        coalesce(items.handed_out_on, same_entity.handed_out_on) as handed_out_on,
        coalesce(items.due_on, same_entity.due_on) as due_on,
        coalesce(
            items.state,
            same_entity.state,
            case
                when handed_out.list is not null or not found.is_found_now then null
                when compared.result = '已整改' and compared.answered_on < compared.month then 'recurring'
                else 'answered'
            end
        ) as state,
        results.result is null as is_not_listed,
        {%- for column in place %}
        counting.{{ column }} as counting_{{ column }},
        {%- endfor %}
        counting.delivery_month as counting_delivery,
        counting.is_of_line as is_line_counting,
        counting.said <> compared.said as is_counting_otherwise,
        coalesce(
            compared.month = counting.delivery_month
            {%- for column in place %}
            and compared.{{ column }} = counting.{{ column }}
            {%- endfor %},
            false
        ) as is_counting
    from compared
    left join counting
        on
            compared.month = counting.month
            and compared.item_code = counting.item_code
    left join items
        on
            compared.month = items.month
            and compared.item_code = items.item_code
    left join items as same_entity
        on
            compared.is_waiver
            and compared.month = same_entity.month
            and compared.check_code = same_entity.list
            and compared.entity_key = same_entity.entity_key
    left join handed_out
        on
            compared.month >= handed_out.first_month
            and compared.item_code
            = {{ item_code('handed_out.list', 'handed_out.first_month', 'handed_out.entity_key') }}
    left join found
        on
            compared.month = found.month
            and compared.item_code = found.item_code
    left join results
        on compared.result = results.result
),

judged as (
    select
        *,
        case
            when list is null then 'unknown_item'
            when is_not_listed then 'result_not_listed'
            when is_of_line and is_waiver then 'waiver_of_line'
            when not is_counting and not is_read then 'read_next_month'
            when
                not is_counting and is_of_line and not is_line_counting and month = counting_delivery
                then 'own_answer_counts'
            when not is_counting and is_counting_otherwise then 'answered_twice_differently'
            when not is_counting then 'answered_twice_same'
            when is_waiver and waived_until is null then 'waiver_without_month'
            when is_waiver and waived_until < month then 'waiver_ended'
            when not is_waiver and not is_read then 'read_next_month'
            when times_answered > 1 and is_said_differently then 'answered_twice_differently'
            when times_answered > 1 then 'answered_twice_same'
            when is_waiver and reason is null then 'waiver_without_reason'
            when state is null or state in ('mended', 'gone') then 'closed_item'
            when answered_on < handed_out_on then 'answered_before_handout'
            when answered_on > due_on then 'late'
            when is_of_line then 'accepted_for_line'
            when result = '已整改' and state = 'recurring' then 'found_again'
            when result = '已整改' then 'to_verify'
            else 'accepted'
        end as fate
    from placed
),

told as (
    select
        *,
        case
            when fate in ('unknown_item', 'result_not_listed', 'waiver_of_line', 'own_answer_counts') then false
            when fate in ('waiver_without_month', 'waiver_ended', 'read_next_month') then false
            when fate in ('answered_twice_same', 'answered_twice_differently') then is_counting
            when fate = 'closed_item' then state is not null
            else true
        end as has_effect,
        -- what else there is to say of an answer that is called mended
        case
            when result <> '已整改' or not is_counting then null
            when fate not in ('late', 'answered_before_handout', 'accepted_for_line', 'answered_twice_same') then null
            when state = 'recurring' then 'found_again'
            when state = 'answered' then 'to_verify'
        end as further_fate,
        case fate
            when 'read_next_month'
                then
                    '反馈日期是 ' || cast(answered_on as {{ text_type() }})
                    || '，本月读到 ' || cast(read_until as {{ text_type() }}) || '。'
            when 'late' then '应反馈日期是 ' || cast(due_on as {{ text_type() }}) || '。'
            when 'answered_before_handout' then '下发日期是 ' || cast(handed_out_on as {{ text_type() }}) || '。'
            when 'waiver_ended' then '豁免至 ' || {{ month_text('waived_until') }} || '。'
            when 'answered_twice_same' then {{ which_answer_counts() }}
            when 'answered_twice_differently' then {{ which_answer_counts() }}
        end as detail
    from judged
),

rejected as (
    select
        problems.month,
        {%- for column in place %}
        problems.{{ column }},
        {%- endfor %}
        problems.message
    from months
    inner join problems
        on months.month = problems.month
    where problems.is_rejected
),

rows_answered as (
    select
        month,
        {{ place | join(',\n        ') }},
        coalesce(item_code, '') as item_code,
        list,
        household_id,
        person_id,
        town,
        recipient,
        recipient_kind,
        result,
        answered_on,
        answered_by,
        fate,
        further_fate,
        detail,
        has_effect
    from told
    union all
    select
        month,
        {{ place | join(',\n        ') }},
        '' as item_code,
        cast(null as {{ text_type() }}) as list,
        cast(null as {{ text_type() }}) as household_id,
        cast(null as {{ text_type() }}) as person_id,
        cast(null as {{ text_type() }}) as town,
        cast(null as {{ text_type() }}) as recipient,
        cast(null as {{ text_type() }}) as recipient_kind,
        cast(null as {{ text_type() }}) as result,
        cast(null as date) as answered_on,
        cast(null as {{ text_type() }}) as answered_by,
        'row_rejected' as fate,
        cast(null as {{ text_type() }}) as further_fate,
        message as detail,
        false as has_effect
    from rejected
),

-- whose file it is, as far as its other rows tell
senders as (
    select
        month,
        file,
        recipient,
        recipient_kind,
        row_number() over (partition by month, file order by count(*) desc, recipient asc) as rank_of_recipient
    from rows_answered
    where recipient is not null
    group by month, file, recipient, recipient_kind
)

select
    rows_answered.month,
    {%- for column in place %}
    rows_answered.{{ column }},
    {%- endfor %}
    rows_answered.item_code,
    rows_answered.list,
    rows_answered.household_id,
    heads.name as head_name,
    people.name,
    rows_answered.town,
    coalesce(rows_answered.recipient, senders.recipient, {{ item_recipient_without_town() }}) as recipient,
    coalesce(rows_answered.recipient_kind, senders.recipient_kind, 'department') as recipient_kind,
    rows_answered.result,
    rows_answered.answered_on,
    rows_answered.answered_by,
    rows_answered.fate,
    coalesce(labels.meaning, labels.label)
    || coalesce(rows_answered.detail, '')
    || coalesce(further.meaning, '')
    || coalesce(blanked.message, '') as explanation,
    rows_answered.has_effect
from rows_answered
left join senders
    on
        rows_answered.month = senders.month
        and rows_answered.file = senders.file
        and senders.rank_of_recipient = 1
left join problems as blanked
    on
        rows_answered.month = blanked.month
        {%- for column in place %}
        and rows_answered.{{ column }} = blanked.{{ column }}
        {%- endfor %}
        and not blanked.is_rejected
left join names as people
    on
        rows_answered.month = people.delivery_month
        and rows_answered.person_id = people.person_id
left join names as heads
    on
        rows_answered.month = heads.delivery_month
        and rows_answered.household_id = heads.household_id
left join labels
    on rows_answered.fate = labels.code
left join labels as further
    on rows_answered.further_fate = further.code
