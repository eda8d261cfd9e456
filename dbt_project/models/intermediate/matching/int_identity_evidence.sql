-- Grain: one identity and one thing that its rows say besides document and name (identity_id, kind, said).
-- Purpose: household, register number and village of the rows of an identity, each with the delivery that first said it.
-- Source: rules.md section 2, tier 3; config/evidence.yml.

with department_rows as (
    select * from {{ ref('int_department_rows') }}
    where is_counted
),

said as (
    select
        identity_id,
        delivery_month,
        'household' as kind,
        evidence_household_key as said
    from department_rows
    where evidence_household_key is not null

    union all

    select
        identity_id,
        delivery_month,
        'register_number' as kind,
        evidence_register_number as said
    from department_rows
    where evidence_register_number is not null

    union all

    select
        identity_id,
        delivery_month,
        'village' as kind,
        coalesce(evidence_town, '') || '|' || evidence_village as said
    from department_rows
    where evidence_village is not null
)

select
    identity_id,
    kind,
    said,
    min(delivery_month) as first_delivery
from said
group by identity_id, kind, said
