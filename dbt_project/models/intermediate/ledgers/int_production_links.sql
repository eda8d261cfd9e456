-- Grain: one payment or contract with a household of the roster, of the window by its date, or without a date and delivered
-- within twelve months (month, delivery_month, file, row_number).
-- Purpose: what of each contract is unpaid after all payments up to the cut-off. Source: ledgers.md section 1, 4;
-- 新农组办〔2023〕3号 art. 11, 17.

with link_rows as (
    {{ ledger_rows('agriculture__production_link') }}
),

months as (
    select * from {{ ref('int_months') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
),

links as (
    select
        link_rows.*,
        persons.household_id,
        coalesce(link_rows.paid_on, link_rows.signed_on) as event_on
    from link_rows
    inner join persons
        on
            link_rows.month = persons.month
            and link_rows.person_id = persons.person_id
),

contracts as (
    select
        month,
        household_id,
        entity,
        contract_number,
        sum(paid_amount) as paid_amount
    from links
    where
        event_on < month
        and contract_number is not null
    group by month, household_id, entity, contract_number
),

owed as (
    select
        links.*,
        months.cut_off,
        cast(
            greatest(links.contract_amount - coalesce(contracts.paid_amount, 0), 0) as decimal(14, 2)
        ) as amount_owed
    from links
    inner join months
        on links.month = months.month
    left join contracts
        on
            links.month = contracts.month
            and links.household_id = contracts.household_id
            and links.entity = contracts.entity
            and links.contract_number = contracts.contract_number
    where
        {{ is_in_window('links.event_on') }}
        or (
            links.event_on is null
            and links.delivery_month > months.window_start
            and links.delivery_month <= months.month
        )
),

unpaid as (
    select
        *,
        case when contract_number is not null and contract_amount is not null then amount_owed end as unpaid_amount
    from owed
)

select
    unpaid.month,
    unpaid.delivery_month,
    unpaid.file,
    unpaid.row_number,
    unpaid.person_id,
    unpaid.household_id,
    unpaid.event_on,
    unpaid.entity,
    unpaid.entity_type,
    unpaid.link_type,
    unpaid.product,
    unpaid.contract_number,
    unpaid.signed_on,
    unpaid.paid_on,
    unpaid.contract_amount,
    unpaid.paid_amount,
    unpaid.unpaid_amount,
    case
        when unpaid.unpaid_amount is not null then
            unpaid.unpaid_amount > 0
            and coalesce(
                {{ days_between('unpaid.signed_on', 'unpaid.cut_off') }} >= parameters.production_payment_days, false
            )
    end as is_overdue
from unpaid
inner join parameters
    on unpaid.month = parameters.month
