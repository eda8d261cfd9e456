-- Grain: one household of the roster of a computed month (month, household_id).
-- Purpose: the income that is registered beside what departments pay to the household or know of its work.
-- Source: rules.md section 2, 3, 10; checks.csv I11, I12, I14, I16. A person with two rows in one household counts once.

with incomes as (
    select * from {{ ref('int_checked_incomes') }}
),

months as (
    select * from {{ ref('int_months') }}
),

persons as (
    select * from {{ ref('int_person_months') }}
),

assistance as (
    {{ member_rows('civil_affairs__assistance_roll') }}
),

spells as (
    select * from {{ ref('int_employment_spells') }}
),

distributions as (
    {{ member_rows('finance__asset_distribution') }}
),

income_rows as (
    select * from {{ ref('stg_rural_revitalization__income_expense') }}
),

roster_rows as (
    -- also who has left: a row about a household reaches it through the head's document
    select
        delivery_month,
        person_id,
        household_id
    from {{ ref('stg_rural_revitalization__member_roster') }}
    where is_counted
),

assisted as (
    select
        persons.month,
        persons.household_id,
        sum(assistance.monthly_amount) as assistance_monthly,
        sum(
            case when assistance.assistance_type in ('农村低保', '城市低保') then assistance.monthly_amount end
        ) as dibao_monthly,
        count(case when assistance.monthly_amount > 0 then 1 end) as assistance_payments
    from persons
    inner join assistance
        on
            persons.month = assistance.month
            and persons.person_id = assistance.person_id
    where
        assistance.status = '在保'
        and persons.is_first_row_in_household
    group by persons.month, persons.household_id
),

working as (
    select
        persons.month,
        persons.household_id,
        count(*) as jobs_all_month,
        min(coalesce(spells.employer, spells.job)) as employer_all_month
    from persons
    inner join spells
        on
            persons.month = spells.month
            and persons.person_id = spells.person_id
    inner join months
        on persons.month = months.month
    where
        spells.started_on <= months.previous_month
        and (spells.ended_on is null or spells.ended_on >= months.cut_off)
    group by persons.month, persons.household_id
),

-- one row that reaches a household through two of its member rows counts once
distribution_rows as (
    select distinct
        distributions.month,
        roster_rows.household_id,
        distributions.delivery_month,
        distributions.file,
        distributions.row_number,
        distributions.amount
    from distributions
    inner join months
        on distributions.month = months.month
    inner join roster_rows
        on
            distributions.month = roster_rows.delivery_month
            and distributions.person_id = roster_rows.person_id
    where
        distributions.distributed_on >= months.window_start
        and distributions.distributed_on < months.month
),

distributed as (
    select
        month,
        household_id,
        sum(amount) as distributed_12m
    from distribution_rows
    group by month, household_id
),

dividends as (
    select
        months.month,
        income_rows.household_id,
        sum(income_rows.asset_dividend) as asset_dividend_12m
    from months
    inner join income_rows
        on
            months.window_start <= income_rows.income_month
            and months.month > income_rows.income_month
            and {{ is_known('income_rows', 'months.knowledge_month') }}
    group by months.month, income_rows.household_id
)

select
    incomes.month,
    incomes.household_id,
    incomes.town,
    incomes.village,
    incomes.file,
    incomes.row_number,
    incomes.income_month,
    incomes.wage_income,
    incomes.transfer_income,
    incomes.dibao_income,
    coalesce(assisted.assistance_payments, 0) as assistance_payments,
    cast(coalesce(assisted.assistance_monthly, 0) as decimal(14, 2)) as assistance_monthly,
    cast(coalesce(assisted.dibao_monthly, 0) as decimal(14, 2)) as dibao_monthly,
    coalesce(working.jobs_all_month, 0) as jobs_all_month,
    working.employer_all_month,
    cast(coalesce(distributed.distributed_12m, 0) as decimal(14, 2)) as distributed_12m,
    cast(coalesce(dividends.asset_dividend_12m, 0) as decimal(14, 2)) as asset_dividend_12m
from incomes
left join assisted
    on
        incomes.month = assisted.month
        and incomes.household_id = assisted.household_id
left join working
    on
        incomes.month = working.month
        and incomes.household_id = working.household_id
left join distributed
    on
        incomes.month = distributed.month
        and incomes.household_id = distributed.household_id
left join dividends
    on
        incomes.month = dividends.month
        and incomes.household_id = dividends.household_id
