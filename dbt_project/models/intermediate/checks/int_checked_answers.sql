-- Grain: one item of work that was answered, as known to a computed month (month, item_code).
-- Purpose: what the checks of follow-up look at: the answer, and the check (or list), month and entity that its code names: it
-- reads <mart or check code>/<YYYY-MM>/<entity_key>, where the key may hold slashes.
-- Source: rules.md section 10; checks.csv K07, K09.

with months as (
    select * from {{ ref('int_months') }}
),

answers as (
    select * from {{ ref('stg_rural_revitalization__feedback') }}
),

known as (
    select
        months.month,
        months.knowledge_month,
        answers.item_code,
        answers.result,
        answers.answered_on,
        answers.waived_until,
        answers.verified_income,
        position('/' in answers.item_code) as slash
    from months
    inner join answers
        on {{ is_known('answers', 'months.knowledge_month') }}
),

read as (
    select
        *,
        -- a code that was written otherwise names nothing
        slash > 1 and substr(item_code, slash + 8, 1) = '/' as is_well_formed
    from known
)

select
    month,
    knowledge_month,
    item_code,
    case when is_well_formed then substr(item_code, 1, slash - 1) end as check_code,
    case when is_well_formed then substr(item_code, slash + 1, 7) end as item_month,
    case when is_well_formed then substr(item_code, slash + 9) end as entity_key,
    result,
    answered_on,
    waived_until,
    verified_income
from read
