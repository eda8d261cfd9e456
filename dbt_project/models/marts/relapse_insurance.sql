-- Grain: one active member of a household in scope (month, person_id).
-- Source: ledgers.md section 6; 新农组办〔2023〕3号 art. 22. Not applicable without the roll of policies.

with insurance as (
    select * from {{ ref('int_relapse_insurance') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
)

select
    insurance.month,
    {{ ledger_person_columns('persons') }},
    insurance.is_insured,
    insurance.policies,
    insurance.policy_year,
    insurance.premium,
    insurance.valid_from,
    insurance.valid_until,
    insurance.covered_until,
    insurance.is_ending_soon,
    insurance.claims_12m,
    insurance.claim_amount_12m,
    insurance.unpaid_claims_12m,
    insurance.last_claim_on,
    insurance.longest_claim_days,
    insurance.is_uncertain
from insurance
inner join persons
    on
        insurance.month = persons.month
        and insurance.person_id = persons.person_id
where {{ is_applicable('insurance', 'relapse_insurance') }}
