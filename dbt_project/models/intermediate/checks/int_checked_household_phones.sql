-- Grain: one household of the roster of a computed month (month, household_id).
-- Purpose: its telephone number, where that is one, and the other households that gave the same.
-- Source: checks.csv A13, A14; checks_added.csv A17.

with households as (
    select
        month,
        household_id,
        town,
        village,
        file,
        row_number,
        is_in_scope,
        phone,
        {{ telephone_number('phone') }} as telephone
    from {{ ref('int_checked_households') }}
),

numbers as (
    select
        *,
        case when {{ is_mobile_number('telephone') }} then telephone end as mobile_number
    from households
),

shared as (
    select
        numbers.month,
        numbers.household_id,
        count(*) as other_households,
        {{ joined_texts('other_numbers.household_id') }} as other_household_ids
    from numbers
    inner join numbers as other_numbers
        on
            numbers.month = other_numbers.month
            and numbers.mobile_number = other_numbers.mobile_number
            and numbers.household_id <> other_numbers.household_id
    group by numbers.month, numbers.household_id
)

select
    numbers.month,
    numbers.household_id,
    numbers.town,
    numbers.village,
    numbers.file,
    numbers.row_number,
    numbers.is_in_scope,
    numbers.phone,
    numbers.mobile_number,
    coalesce(shared.other_households, 0) as other_households,
    shared.other_household_ids
from numbers
left join shared
    on
        numbers.month = shared.month
        and numbers.household_id = shared.household_id
