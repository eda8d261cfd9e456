-- Grain: one line of a household's card (month, household_id, policy, person_id, detail).
-- Purpose: loans that are owed, cover against relapse and what it paid; loans and claims of those who left stay with the
-- household. Source: ledgers.md section 6, policy_card.

with loans as (
    select
        loans.month,
        card_identities.household_id,
        card_identities.person_id,
        loans.loan_number,
        loans.loan_state,
        loans.principal,
        loans.lent_on,
        loans.due_on
    from {{ ref('int_loans') }} as loans
    inner join {{ ref('int_card_identities') }} as card_identities
        on
            loans.month = card_identities.month
            and loans.identity_id = card_identities.identity_id
    where loans.loan_state <> 'settled'
),

insurance as (
    select
        card_persons.month,
        card_persons.household_id,
        card_persons.card_person_id as person_id,
        insurance.is_insured,
        insurance.premium,
        insurance.valid_from,
        insurance.valid_until,
        row_number() over (
            partition by card_persons.month, card_persons.household_id, card_persons.card_person_id
            order by
                insurance.is_insured desc,
                insurance.valid_until desc nulls last,
                insurance.valid_from desc nulls last,
                insurance.person_id asc
        ) as place_of_row
    from {{ ref('int_relapse_insurance') }} as insurance
    inner join {{ ref('int_card_persons') }} as card_persons
        on
            insurance.month = card_persons.month
            and insurance.person_id = card_persons.person_id
    where insurance.is_insured is not null
),

covers as (
    select * from insurance
    where place_of_row = 1
),

claims as (
    {{ card_rows('insurance__relapse_claim', also_who_left=true) }}
),

months as (
    select * from {{ ref('int_months') }}
)

select
    {{ card_columns(
        'loans',
        14,
        'microcredit',
        'finance',
        person_id='loans.person_id',
        detail='loans.loan_number',
        state='loans.loan_state',
        amount='loans.principal',
        from_on='loans.lent_on',
        to_on='loans.due_on',
    ) }}
from loans

union all

select
    {{ card_columns(
        'covers',
        15,
        'relapse_insurance',
        'insurance',
        person_id='covers.person_id',
        state="case when covers.is_insured then 'insured' else 'not_insured' end",
        amount='covers.premium',
        from_on='covers.valid_from',
        to_on='covers.valid_until',
    ) }}
from covers

union all

{{ card_flow('claims', 16, 'relapse_claim', 'insurance', day='claims.paid_on', amount='claims.paid_amount') }}
