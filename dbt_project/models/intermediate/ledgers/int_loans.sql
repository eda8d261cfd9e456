-- Grain: one loan of the roll that is joined to a household of the roster (month, file, row_number).
-- Purpose: the state of each loan on the cut-off, also of a borrower 减少: the debt stays with the household. Source: ledgers.md
-- section 5; 新农组办〔2023〕3号 art. 14.

with loans as (
    {{ ledger_rows('finance__microcredit') }}
),

months as (
    select * from {{ ref('int_months') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

dated as (
    select
        loans.*,
        months.cut_off,
        {{ days_between('months.cut_off', 'loans.due_on') }} as days_left,
        parameters.microcredit_due_soon_days as due_soon_days,
        parameters.microcredit_subsidised_limit as subsidised_limit,
        {{ add_months('loans.lent_on', 'parameters.microcredit_max_months') }} as latest_due_on
    from loans
    inner join months
        on loans.month = months.month
    inner join parameters
        on loans.month = parameters.month
),

stated as (
    select
        *,
        -- a blank balance is owed
        case
            when status = '结清' or (balance = 0 and status <> '逾期') then 'settled'
            when status = '逾期' or (status <> '展期' and days_left < 0) then 'overdue'
            when days_left between 0 and due_soon_days then 'due_soon'
            when status = '展期' then 'extended'
            else 'current'
        end as loan_state
    from dated
)

select
    month,
    person_id,
    identity_id,
    delivery_month,
    file,
    row_number,
    loan_number,
    bank,
    purpose,
    status,
    principal,
    balance,
    lent_on,
    due_on,
    loan_state,
    case when loan_state = 'overdue' and days_left < 0 then -days_left end as days_overdue,
    case when loan_state <> 'settled' and days_left >= 0 then days_left end as days_to_due,
    cast(greatest(principal - subsidised_limit, 0) as decimal(14, 2)) as amount_over_limit,
    due_on > latest_due_on as is_over_term
from stated
