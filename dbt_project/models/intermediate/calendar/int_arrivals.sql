-- Grain: one month that is computed.
-- Purpose: which extracts arrived in its delivery, one flag each, for what rests on them. Source: rules.md section 11.

with months as (
    select * from {{ ref('int_months') }}
),

deliveries as (
    select * from {{ ref('int_deliveries') }}
)

{% set flags = [] -%}
{% for extract in [
    'civil_affairs__assistance_roll', 'civil_affairs__disability_subsidy', 'education__enrolment', 'education__student_aid',
    'medical_insurance__enrolment', 'medical_insurance__settlement', 'disabled_federation__certificate',
    'human_resources__employment', 'human_resources__job_service', 'human_resources__public_post', 'human_resources__pension',
    'housing__dwelling_safety', 'water__drinking_water', 'finance__microcredit', 'insurance__relapse_policy',
] -%}
{% do flags.append("bool_or(deliveries.extract = '" ~ extract ~ "' and deliveries.has_arrived) as has_" ~ extract) -%}
{% endfor -%}

select
    months.month,
    {{ flags | join(',\n    ') }}
from months
inner join deliveries
    on months.month = deliveries.delivery_month
group by months.month
