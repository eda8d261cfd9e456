{#- The key groups in their order (marts.md, key_groups): who is in one, and the extract without which it is left out. -#}
{% macro key_groups() %}
{%- set roll, certificate = 'civil_affairs__assistance_roll', 'disabled_federation__certificate' -%}
{%- set school, work = 'education__enrolment', 'human_resources__employment' -%}
{{ return({
    '残疾人': {'when': 'is_disabled'},
    '重度残疾人': {'when': 'is_severely_disabled', 'needs': certificate},
    '患大病': {'when': "health_status like '%患有大病%'"},
    '长期慢性病': {'when': "health_status like '%长期慢性病%'"},
    '在校生': {'when': 'is_in_school'},
    '义务教育阶段失学': {'when': 'is_out_of_school', 'needs': school},
    '独居老人': {'when': 'headcount = 1 and age >= key_groups_elderly_age'},
    '单人户': {'when': 'headcount = 1'},
    '无劳动力户': {'when': 'is_household_without_labour'},
    '零就业户': {'when': 'is_household_without_employment', 'needs': work},
    '低保': {'when': 'found_on_dibao', 'needs': roll},
    '特困': {'when': 'found_on_tekun', 'needs': roll},
}) }}
{% endmacro %}
