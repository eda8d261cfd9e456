-- Grain: one town, '' among them, and figure of what departments do or owe (month, town, figure).
-- Purpose: referrals, gaps, loans and what was paid in the month before, as counts and sums that add up.
-- Source: ledgers.md section 8.

with households as (
    select * from {{ ref('int_household_months') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
),

referrals as (
    select
        reasons.month,
        households.town,
        reasons.target_department
    from {{ ref('int_referral_reasons') }} as reasons
    inner join households
        on
            reasons.month = households.month
            and reasons.household_id = households.household_id
    where households.is_in_scope
),

gaps as (
    select
        gaps.month,
        households.town,
        gaps.gap
    from {{ ref('int_entitlement_gaps') }} as gaps
    inner join households
        on
            gaps.month = households.month
            and gaps.household_id = households.household_id
),

loans as (
    select
        loans.month,
        persons.town,
        loans.loan_state
    from {{ ref('int_loans') }} as loans
    inner join persons
        on
            loans.month = persons.month
            and loans.person_id = persons.person_id
),

claims as (
    {{ ledger_rows('insurance__relapse_claim') }}
),

subsidies as (
    {{ ledger_rows('human_resources__employment_subsidy') }}
),

distributions as (
    {{ ledger_rows('finance__asset_distribution') }}
),

purchases as (
    {{ ledger_rows('industry__consumption_assistance') }}
),

measures as (
    select
        measures.month,
        households.town,
        measures.measure_date as paid_on,
        measures.amount
    from {{ ref('int_measures') }} as measures
    inner join households
        on
            measures.month = households.month
            and measures.household_id = households.household_id
),

payments as (
    {% for figure, terms in {
        'claims_amount': ('claims', 'paid_on', 'paid_amount'),
        'subsidies_amount': ('subsidies', 'paid_on', 'amount'),
        'distribution_amount': ('distributions', 'distributed_on', 'amount'),
        'consumption_amount': ('purchases', 'bought_on', 'amount'),
    }.items() -%}
    select
        {{ terms[0] }}.month,
        persons.town,
        '{{ figure }}' as figure,
        {{ terms[0] }}.{{ terms[1] }} as paid_on,
        {{ terms[0] }}.{{ terms[2] }} as amount
    from {{ terms[0] }}
    inner join persons
        on
            {{ terms[0] }}.month = persons.month
            and {{ terms[0] }}.person_id = persons.person_id
    union all
    {% endfor -%}
    select
        month,
        town,
        'measures_amount' as figure,
        paid_on,
        amount
    from measures
)

{{ figure_counts('referrals', {'referrals': none}) }}

union all

select
    month,
    town,
    'referrals_' || target_department as figure,
    cast(count(*) as decimal(18, 4)) as counted
from referrals
group by month, town, target_department

union all

{{ figure_counts('gaps', {'gaps': none}) }}

union all

select
    month,
    town,
    'gap_' || gap as figure,
    cast(count(*) as decimal(18, 4)) as counted
from gaps
group by month, town, gap

union all

{{ figure_counts('loans', {
    'loans_open': "loan_state <> 'settled'",
    'loans_overdue': "loan_state = 'overdue'",
    'loans_due_soon': "loan_state = 'due_soon'",
}) }}

union all

select
    payments.month,
    payments.town,
    payments.figure,
    cast(sum(payments.amount) as decimal(18, 4)) as counted
from payments
inner join {{ ref('int_months') }} as months
    on payments.month = months.month
where
    payments.paid_on >= months.previous_month
    and payments.paid_on < months.month
group by payments.month, payments.town, payments.figure
