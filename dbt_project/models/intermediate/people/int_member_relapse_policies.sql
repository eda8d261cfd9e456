-- Grain: one member with a row on the roll of relapse insurance policies (month, person_id).
-- Purpose: whether a policy is valid on the cut-off; if not, the first that one of the policies meets: undated, not_started,
-- expired. Source: ledgers.md section 6; checks.csv G20; 新农组办〔2023〕3号 art. 22.

with policies as (
    {{ member_rows('insurance__relapse_policy') }}
),

months as (
    select * from {{ ref('int_months') }}
),

ranked as (
    select
        policies.month,
        policies.person_id,
        case
            when policies.valid_from is null or policies.valid_until is null then 2
            when policies.valid_from > months.cut_off then 3
            when policies.valid_until < months.cut_off then 4
            else 1
        end as policy_rank
    from policies
    inner join months
        on policies.month = months.month
)

select
    month,
    person_id,
    case min(policy_rank)
        when 1 then 'valid'
        when 2 then 'undated'
        when 3 then 'not_started'
        else 'expired'
    end as policy_state
from ranked
group by month, person_id
