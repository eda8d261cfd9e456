-- Grain: one microcredit loan that counts and is matched to the roster (month, file, row_number).
-- Purpose: how old the borrower was when it was lent, and the latest day on which it may fall due. Source: rules.md
-- section 3, 10; checks.csv G21; 银保监发〔2021〕6号.

with checked_rows as (
    select * from {{ ref('int_checked_rows') }}
    where extract = 'finance__microcredit'
),

loans as (
    select * from {{ ref('stg_finance__microcredit') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

member_rows as (
    select
        delivery_month,
        person_id,
        case when id_number_person_key is not null then id_number_birth_date else birth_date end as born_on
    from {{ ref('stg_rural_revitalization__member_roster') }}
    where is_counted
)

select
    checked_rows.*,
    loans.loan_number,
    loans.principal,
    loans.lent_on,
    loans.due_on,
    loans.status,
    case
        when loans.lent_on is not null then cast({{ age_on('member_rows.born_on', 'loans.lent_on') }} as bigint)
    end as age_when_lent,
    {{ add_months('loans.lent_on', 'parameters.checks_loan_maximum_months') }} as latest_due_on
from checked_rows
inner join loans
    on
        checked_rows.month = loans.delivery_month
        and checked_rows.file = loans.file
        and checked_rows.row_number = loans.row_number
inner join parameters
    on checked_rows.month = parameters.month
left join member_rows
    on
        checked_rows.month = member_rows.delivery_month
        and checked_rows.person_id = member_rows.person_id
