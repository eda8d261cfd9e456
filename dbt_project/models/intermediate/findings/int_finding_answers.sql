-- Grain: one check and entity with an answer known to a computed month (month, check_code, entity_key).
-- Purpose: until when a finding is waived, whether it was said to be mended before the month, and the last answer. An answer is
-- to the check and the entity that its item code names, whatever month the item was handed out in.
-- Source: rules.md section 10.

{{ config(tags=['after_checks']) }}

with answers as (
    select * from {{ ref('int_checked_answers') }}
)

select
    month,
    check_code,
    entity_key,
    max(case when result = '豁免' and waived_until >= month then waived_until end) as waived_until,
    bool_or(result = '已整改' and answered_on < month) as was_mended,
    max(case when is_latest then result end) as last_result,
    max(case when is_latest then answered_on end) as last_answered_on,
    max(case when is_latest then answered_by end) as last_answered_by
from answers
where entity_key is not null
group by month, check_code, entity_key
