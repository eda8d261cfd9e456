-- Grain: one member of a key group (month, key_group, person_id); the members of a household group are all of its members.
-- Purpose: who is in which group. Source: marts.md key_groups. A group whose extract did not arrive has no rows.

with persons as (
    select
        person_months.*,
        household_months.headcount,
        household_months.is_without_labour as is_household_without_labour,
        household_months.is_without_employment as is_household_without_employment,
        parameters.key_groups_elderly_age,
        arrivals.has_civil_affairs__assistance_roll,
        arrivals.has_disabled_federation__certificate,
        arrivals.has_education__enrolment,
        arrivals.has_human_resources__employment
    from {{ ref('int_person_months') }} as person_months
    inner join {{ ref('int_household_months') }} as household_months
        on
            person_months.month = household_months.month
            and person_months.household_id = household_months.household_id
    inner join {{ ref('int_parameters') }} as parameters
        on person_months.month = parameters.month
    inner join {{ ref('int_arrivals') }} as arrivals
        on person_months.month = arrivals.month
)

{% for key_group, terms in key_groups().items() -%}
select
    month,
    town,
    '{{ key_group }}' as key_group,
    household_id,
    person_id
from persons
where {{ 'has_' ~ terms['needs'] ~ ' and ' if terms['needs'] }}{{ terms['when'] }}
{% if not loop.last %}
union all

{% endif %}
{%- endfor %}
