-- Grain: one policy of the roll and one active member whom it insures (month, person_id, file, row_number).
-- Purpose: which policies are valid on the cut-off, and until when they and those that follow without a gap cover the member.
-- Source: ledgers.md section 6; checks.csv G20.

with policies as (
    {{ member_rows('insurance__relapse_policy') }}
),

months as (
    select * from {{ ref('int_months') }}
),

valid as (
    select
        policies.month,
        policies.person_id,
        policies.file,
        policies.row_number,
        policies.policy_year,
        policies.premium,
        policies.valid_from,
        policies.valid_until,
        months.cut_off,
        coalesce(policies.valid_from <= months.cut_off and policies.valid_until >= months.cut_off, false) as is_valid,
        policies.valid_from is not null and coalesce(policies.valid_until >= months.cut_off, false) as is_considered
    from policies
    inner join months
        on policies.month = months.month
),

followed as (
    select
        *,
        max(valid_until) over (
            partition by month, person_id, is_considered
            order by valid_from asc, valid_until asc, file asc, row_number asc
            rows between unbounded preceding and 1 preceding
        ) as covered_before
    from valid
),

counted as (
    select
        *,
        -- a gap is where one begins later than the day after all before it have ended; the first must have begun by the cut-off
        sum(
            case
                when covered_before is null and valid_from > cut_off then 1
                when {{ days_between('covered_before', 'valid_from') }} > 1 then 1
                else 0
            end
        ) over (
            partition by month, person_id, is_considered
            order by valid_from asc, valid_until asc, file asc, row_number asc
            rows between unbounded preceding and current row
        ) as gaps
    from followed
)

select
    month,
    person_id,
    file,
    row_number,
    policy_year,
    premium,
    valid_from,
    valid_until,
    is_valid,
    is_considered and gaps = 0 as is_continuous,
    row_number() over (
        partition by month, person_id, is_valid
        order by valid_until desc nulls last, valid_from desc nulls last, file desc, row_number desc
    ) = 1 and is_valid as is_latest_valid
from counted
