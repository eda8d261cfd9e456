-- Grain: one extract of a department, also when it did not arrive (month, extract).
-- Purpose: what each department sent and what became of it; the parts add up to the rows received.
-- Source: rules.md section 2; 新农组办〔2023〕3号 art. 4.

with months as (
    select * from {{ ref('int_months') }}
),

deliveries as (
    select * from {{ ref('int_deliveries') }}
),

states as (
    select
        month,
        extract,
        count(case when state = 'replaced' then 1 end) as rows_replaced,
        count(case when state = 'id' then 1 end) as matched_by_id,
        count(case when state = 'repaired_id' then 1 end) as matched_by_repair,
        count(case when state = 'evidence' then 1 end) as matched_by_evidence,
        count(case when state = 'review' then 1 end) as to_review,
        count(case when state = 'not_in_roster' then 1 end) as not_in_roster,
        count(distinct case when state <> 'replaced' then person end) as persons
    from {{ ref('int_row_matches') }}
    group by month, extract
)

select
    months.month,
    deliveries.extract,
    deliveries.rows_received,
    deliveries.rows_rejected,
    coalesce(states.rows_replaced, 0) as rows_replaced,
    coalesce(states.matched_by_id, 0) as matched_by_id,
    coalesce(states.matched_by_repair, 0) as matched_by_repair,
    coalesce(states.matched_by_evidence, 0) as matched_by_evidence,
    coalesce(states.to_review, 0) as to_review,
    coalesce(states.not_in_roster, 0) as not_in_roster,
    coalesce(states.persons, 0) as persons,
    previous.rows_received as rows_previous_month,
    deliveries.status
from months
inner join deliveries
    on
        months.month = deliveries.delivery_month
        and not deliveries.is_register_keeper
left join states
    on
        months.month = states.month
        and deliveries.extract = states.extract
left join deliveries as previous
    on
        months.previous_month = previous.delivery_month
        and deliveries.extract = previous.extract
