-- Grain: one household of the roster of a computed month (month, household_id).
-- Purpose: what the checks of incomes look at: the entry for the month before as registered, the months before it, the yearly
-- income and what it was a month ago as known then, illness and what it cost. Source: rules.md section 1, 4, 10;
-- checks.csv I01-I10, I15, I23; checks_added.csv C32, G23.

with households as (
    select * from {{ ref('int_checked_households') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

income_rows as (
    select * from {{ ref('stg_rural_revitalization__income_expense') }}
),

previous_incomes as (
    -- each month as known in it
    select * from {{ ref('int_household_incomes') }}
    where month = knowledge_month
),

known as (
    select
        households.month,
        households.previous_month,
        households.window_start,
        income_rows.*
    from households
    inner join income_rows
        on
            households.household_id = income_rows.household_id
            and households.previous_month >= income_rows.income_month
            and {{ is_known('income_rows', 'households.knowledge_month') }}
),

out_of_pocket as (
    select
        known.month,
        known.household_id,
        cast(sum(coalesce(known.compliant_out_of_pocket, 0)) as decimal(14, 2)) as compliant_out_of_pocket_12m
    from known
    where known.window_start <= known.income_month
    group by known.month, known.household_id
),

last_rows as (
    select * from known
    where income_month = previous_month
),

-- months up to the last, in which the five components are filled and the same as in the last
copied as (
    select
        last_rows.month,
        last_rows.household_id,
        count(*) as identical_months
    from last_rows
    inner join parameters
        on last_rows.month = parameters.month
    inner join known
        on
            last_rows.month = known.month
            and last_rows.household_id = known.household_id
            and last_rows.wage_income = known.wage_income
            and last_rows.business_income = known.business_income
            and last_rows.business_expense = known.business_expense
            and last_rows.property_income = known.property_income
            and last_rows.transfer_income = known.transfer_income
            and {{ add_months('last_rows.month', '-parameters.checks_copied_months') }} <= known.income_month
    group by last_rows.month, last_rows.household_id
),

-- also a row that a correction has replaced since was an entry in time
entries as (
    select
        households.month,
        households.household_id,
        min(income_rows.entered_on) as first_entered_on
    from households
    inner join income_rows
        on
            households.household_id = income_rows.household_id
            and households.previous_month = income_rows.income_month
            and households.knowledge_month >= income_rows.delivery_month
    group by households.month, households.household_id
)

select
    households.month,
    households.household_id,
    households.town,
    households.village,
    households.file,
    households.row_number,
    households.is_in_scope,
    households.is_monitored_active,
    households.identified_month,
    households.window_start,
    coalesce('因病' in (households.risk_1, households.risk_2, households.risk_3, households.risk_4, households.risk_5), false)
        as has_risk_of_illness,
    households.medical_12m,
    coalesce(out_of_pocket.compliant_out_of_pocket_12m, 0) as compliant_out_of_pocket_12m,
    households.headcount,
    households.income_status,
    households.income_12m,
    previous_incomes.income_status as previous_income_status,
    previous_incomes.income_12m as previous_income_12m,
    households.previous_month as income_month,
    last_rows.household_id is not null as is_entered,
    last_rows.wage_income,
    last_rows.public_post_wage,
    last_rows.business_income,
    last_rows.business_expense,
    last_rows.property_income,
    last_rows.asset_dividend,
    last_rows.land_rent,
    last_rows.transfer_income,
    last_rows.dibao_income,
    last_rows.tekun_income,
    last_rows.pension_income,
    last_rows.other_transfer_income,
    -- blank where none of the sub-items is filled
    case
        when coalesce(last_rows.asset_dividend, last_rows.land_rent) is not null
            then coalesce(last_rows.asset_dividend, 0) + coalesce(last_rows.land_rent, 0)
    end as property_items,
    case
        when
            coalesce(
                last_rows.dibao_income, last_rows.tekun_income, last_rows.pension_income, last_rows.other_transfer_income
            ) is not null
            then
                coalesce(last_rows.dibao_income, 0)
                + coalesce(last_rows.tekun_income, 0)
                + coalesce(last_rows.pension_income, 0)
                + coalesce(last_rows.other_transfer_income, 0)
    end as transfer_items,
    last_rows.wage_income
    + last_rows.business_income
    + last_rows.business_expense
    + last_rows.property_income
    + last_rows.transfer_income is not null as is_observed,
    coalesce(copied.identical_months, 0) as identical_months,
    entries.first_entered_on,
    make_date(year(households.month), month(households.month), cast(parameters.checks_entry_day as integer)) as enter_by
from households
inner join parameters
    on households.month = parameters.month
left join previous_incomes
    on
        households.previous_month = previous_incomes.month
        and households.household_id = previous_incomes.household_id
left join out_of_pocket
    on
        households.month = out_of_pocket.month
        and households.household_id = out_of_pocket.household_id
left join last_rows
    on
        households.month = last_rows.month
        and households.household_id = last_rows.household_id
left join copied
    on
        households.month = copied.month
        and households.household_id = copied.household_id
left join entries
    on
        households.month = entries.month
        and households.household_id = entries.household_id
