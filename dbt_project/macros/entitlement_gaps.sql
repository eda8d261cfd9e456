{#- The gaps of entitlement_gaps in their order (ledgers.md section 6): the department that answers, the extract that a gap rests
    on, the extracts without which it is not applicable (`needs`) and those without which it is not complete (`completed_by`, and
    the household's income where `needs_income`), the extracts of which a row in review makes it uncertain. -#}
{% macro entitlement_gaps() %}
{%- set enrolment, settlement = 'medical_insurance__enrolment', 'medical_insurance__settlement' -%}
{%- set assistance, relief = 'civil_affairs__assistance_roll', 'civil_affairs__temporary_relief' -%}
{%- set certificate, subsidy = 'disabled_federation__certificate', 'civil_affairs__disability_subsidy' -%}
{%- set pension, work, post = 'human_resources__pension', 'human_resources__employment', 'human_resources__public_post' -%}
{%- set work_subsidy, policy = 'human_resources__employment_subsidy', 'insurance__relapse_policy' -%}
{%- set school, aid, dwelling = 'education__enrolment', 'education__student_aid', 'housing__dwelling_safety' -%}
{{ return({
    'medical_uninsured': {'department': 'medical_insurance', 'rests_on': enrolment, 'needs': [enrolment], 'reviews': [enrolment]},
    'medical_premium': {'department': 'medical_insurance', 'rests_on': enrolment, 'needs': [enrolment]},
    'pension_uninsured': {'department': 'human_resources', 'rests_on': pension, 'needs': [pension], 'reviews': [pension]},
    'pension_premium': {'department': 'human_resources', 'rests_on': pension, 'needs': [pension]},
    'pension_not_received': {'department': 'human_resources', 'rests_on': pension, 'needs': [pension], 'reviews': [pension]},
    'living_subsidy': {
        'department': 'civil_affairs', 'rests_on': subsidy, 'needs': [certificate, subsidy, assistance], 'reviews': [subsidy],
    },
    'nursing_subsidy': {
        'department': 'civil_affairs', 'rests_on': subsidy, 'needs': [certificate, subsidy], 'reviews': [subsidy],
    },
    'student_aid': {'department': 'education', 'rests_on': aid, 'needs': [school, aid], 'reviews': [aid]},
    'medical_aid': {
        'department': 'medical_insurance', 'rests_on': settlement, 'needs': [settlement], 'reviews': [settlement],
        'completed_by': [settlement, assistance],
    },
    'temporary_relief': {
        'department': 'civil_affairs', 'rests_on': relief, 'needs': [relief], 'reviews': [relief], 'is_of_household': true,
        'completed_by': [relief, settlement, school], 'needs_income': true,
    },
    'relapse_insurance': {
        'department': 'rural_revitalization', 'rests_on': policy, 'needs': [policy], 'reviews': [policy],
    },
    'dwelling_renovation': {
        'department': 'housing', 'rests_on': dwelling, 'needs': [], 'is_of_household': true, 'completed_by': [dwelling],
    },
    'travel_subsidy': {
        'department': 'human_resources', 'rests_on': work_subsidy, 'needs': [work, work_subsidy], 'reviews': [work_subsidy],
    },
    'public_post': {
        'department': 'human_resources', 'rests_on': post, 'needs': [work, post], 'reviews': [post, work],
    },
}) }}
{% endmacro %}
