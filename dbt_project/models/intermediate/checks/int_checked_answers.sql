-- Grain: one item of work that was answered, as known to a computed month (month, item_code).
-- Purpose: the one answer that counts. What the run of the month reads comes before what is dated later; of several rows the
-- later answer counts, then the later row. An item's own row comes before a line of the same delivery; a line waives nothing.
-- Whatever month its code is of, the latest answer to a check (or list) and entity is the last that was said of it.
-- Source: rules.md section 2, 10; ledgers.md section 7; checks.csv K07, K09; 新农组办〔2023〕3号 art. 25.

with months as (
    select * from {{ ref('int_months') }}
),

handout_days as (
    select * from {{ ref('int_handout_days') }}
),

answers as (
    select * from {{ ref('int_answered_items') }}
    where
        item_code is not null
        and (not is_of_line or result <> '豁免')
),

known as (
    select
        months.month,
        months.knowledge_month,
        answers.*,
        answers.answered_on <= handout_days.read_until as is_read
    from months
    inner join handout_days
        on months.month = handout_days.month
    inner join answers
        on months.knowledge_month >= answers.delivery_month
),

compared as (
    select
        *,
        bool_or(not is_of_line) over (partition by month, item_code, delivery_month, is_read) as has_own_answer
    from known
),

ranked as (
    select
        *,
        row_number() over (
            partition by month, item_code
            order by
                is_read desc,
                answered_on desc,
                delivery_month desc,
                {{ answer_place() | join(' desc,\n                ') }} desc
        ) as rank_of_answer
    from compared
    where
        not is_of_line
        or not has_own_answer
)

select
    month,
    knowledge_month,
    item_code,
    check_code,
    item_month,
    entity_key,
    result,
    answered_on,
    waived_until,
    verified_income,
    measure,
    reason,
    answered_by,
    delivery_month,
    {{ answer_place() | join(',\n    ') }},
    is_of_line,
    is_read
    and entity_key is not null
    and row_number() over (
        partition by month, check_code, entity_key
        order by is_read desc, answered_on desc, item_code desc
    ) = 1 as is_latest
from ranked
where rank_of_answer = 1
