-- Grain: one active member of a household in scope (month, person_id); every member row.
-- Purpose: whether a policy covers the member on the cut-off and until when, and what was claimed in the window. Without the
-- roll of policies nothing is said of them. Source: ledgers.md section 6; 新农组办〔2023〕3号 art. 22.

with persons as (
    select * from {{ ref('int_ledger_persons') }}
    where
        is_active
        and is_in_scope
),

months as (
    select * from {{ ref('int_months') }}
),

arrivals as (
    select * from {{ ref('int_arrivals') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

policy_rows as (
    select * from {{ ref('int_relapse_policies') }}
),

claim_rows as (
    {{ member_rows('insurance__relapse_claim') }}
),

uncertain as (
    select * from {{ ref('int_uncertain_members') }}
    where extract = 'insurance__relapse_policy'
),

policies as (
    select
        month,
        person_id,
        count(*) as policies,
        bool_or(is_valid) as is_insured,
        max(case when is_latest_valid then policy_year end) as policy_year,
        max(case when is_latest_valid then premium end) as premium,
        max(case when is_latest_valid then valid_from end) as valid_from,
        max(case when is_latest_valid then valid_until end) as valid_until,
        max(case when is_continuous then valid_until end) as covered_until
    from policy_rows
    group by month, person_id
),

claims as (
    select
        claim_rows.month,
        claim_rows.person_id,
        count(*) as claims_12m,
        sum(claim_rows.paid_amount) as claim_amount_12m,
        count(case when claim_rows.paid_amount <= 0 then 1 end) as unpaid_claims_12m,
        max(claim_rows.paid_on) as last_claim_on,
        max({{ days_between('claim_rows.occurred_on', 'claim_rows.paid_on') }}) as longest_claim_days
    from claim_rows
    inner join months
        on claim_rows.month = months.month
    where {{ is_in_window('claim_rows.paid_on') }}
    group by claim_rows.month, claim_rows.person_id
)

select
    persons.month,
    persons.person_id,
    case when arrivals.has_insurance__relapse_policy then coalesce(policies.is_insured, false) end as is_insured,
    case when arrivals.has_insurance__relapse_policy then coalesce(policies.policies, 0) end as policies,
    policies.policy_year,
    policies.premium,
    policies.valid_from,
    policies.valid_until,
    policies.covered_until,
    {{ days_between('months.cut_off', 'policies.covered_until') }} <= parameters.relapse_renewal_days as is_ending_soon,
    coalesce(claims.claims_12m, 0) as claims_12m,
    cast(coalesce(claims.claim_amount_12m, 0) as decimal(14, 2)) as claim_amount_12m,
    coalesce(claims.unpaid_claims_12m, 0) as unpaid_claims_12m,
    claims.last_claim_on,
    claims.longest_claim_days,
    arrivals.has_insurance__relapse_policy
    and not coalesce(policies.is_insured, false)
    and uncertain.person_id is not null as is_uncertain
from persons
inner join months
    on persons.month = months.month
inner join arrivals
    on persons.month = arrivals.month
inner join parameters
    on persons.month = parameters.month
left join policies
    on
        persons.month = policies.month
        and persons.person_id = policies.person_id
left join claims
    on
        persons.month = claims.month
        and persons.person_id = claims.person_id
left join uncertain
    on
        persons.month = uncertain.month
        and persons.person_id = uncertain.person_id
