-- Grain: one benefit line of the card of a household in scope (month, household_id, line_no).
-- Purpose: what a household gets and is entitled to know, as one printable card. No diagnosis, document, telephone or account.
-- Source: ledgers.md section 6; 新农组办〔2023〕3号 art. 24.

with households as (
    select * from {{ ref('int_household_months') }}
    where is_in_scope
),

persons as (
    select * from {{ ref('int_ledger_persons') }}
),

lines as (
    {% for model in [
        'int_card_households',
        'int_card_civil_affairs',
        'int_card_medical_insurance',
        'int_card_human_resources',
        'int_card_education',
        'int_card_loans_and_insurance',
        'int_card_production',
    ] -%}
    select * from {{ ref(model) }}
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}
)

select
    households.month,
    households.household_id,
    cast(
        row_number() over (
            partition by households.month, households.household_id
            order by
                lines.place asc,
                lines.person_id asc,
                lines.detail asc nulls first,
                lines.amount desc nulls last
        ) as bigint
    ) as line_no,
    {{ household_columns('households') }},
    households.helper_name,
    lines.policy,
    lines.person_id,
    persons.name,
    lines.detail,
    lines.state,
    lines.amount,
    lines.monthly_amount,
    lines.times,
    lines.from_on,
    lines.to_on,
    lines.department
from households
inner join lines
    on
        households.month = lines.month
        and households.household_id = lines.household_id
left join persons
    on
        lines.month = persons.month
        and lines.person_id = persons.person_id
