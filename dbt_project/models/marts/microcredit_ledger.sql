-- Grain: one microcredit loan of a household of the roster (month, loan_number).
-- Source: ledgers.md section 5; 新农组办〔2023〕3号 art. 14. Not applicable without the roll of loans.

with loans as (
    select * from {{ ref('int_loans') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
)

select
    loans.month,
    loans.loan_number,
    {{ ledger_person_columns('persons') }},
    persons.is_active as is_borrower_active,
    loans.bank,
    loans.purpose,
    loans.status,
    loans.principal,
    loans.balance,
    loans.lent_on,
    loans.due_on,
    loans.loan_state,
    loans.days_overdue,
    loans.days_to_due,
    loans.amount_over_limit,
    loans.is_over_term,
    cast(
        coalesce(
            sum(case when loans.loan_state <> 'settled' then loans.principal end)
                over (partition by loans.month, persons.household_id),
            0
        ) as decimal(14, 2)
    ) as household_open_principal
from loans
inner join persons
    on
        loans.month = persons.month
        and loans.person_id = persons.person_id
where {{ is_applicable('loans', 'microcredit_ledger') }}
