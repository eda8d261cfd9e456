-- Grain: one line of a household's card (month, household_id, policy, detail).
-- Purpose: what is said of the household as a whole, and its dwelling. Source: ledgers.md section 6, policy_card.

with households as (
    select * from {{ ref('int_household_months') }}
    where is_in_scope
),

dwellings as (
    {{ household_rows('housing__dwelling_safety') }}
),

months as (
    select * from {{ ref('int_months') }}
),

judged as (
    select
        dwellings.*,
        coalesce(dwellings.renovated_on <= months.cut_off, false) as is_renovated
    from dwellings
    inner join months
        on dwellings.month = months.month
    where
        dwellings.dwelling_grade in ('C', 'D')
        or dwellings.renovation_subsidy > 0
)

select
    {{ card_columns(
        'households',
        1,
        'household',
        'rural_revitalization',
        detail='households.household_type',
        state='households.monitoring_status',
        from_on='households.identified_month',
        to_on='households.cleared_month',
    ) }}
from households

union all

select
    {{ card_columns(
        'judged',
        13,
        'dwelling',
        'housing',
        detail='judged.dwelling_grade',
        state="case
            when bool_or(coalesce(judged.dwelling_grade in ('C', 'D'), false) and not judged.is_renovated) then 'unsafe'
            when bool_or(judged.is_renovated) then 'renovated'
            else 'safe'
        end",
        amount='sum(judged.renovation_subsidy)',
        to_on='max(judged.renovated_on)',
    ) }}
from judged
group by judged.month, judged.household_id, judged.dwelling_grade
