{#- The lists that hand out items beside the checks, one entry for each of their kinds (ledgers.md section 7): the extracts without
    which a list is not complete (`completed_by`), the household's income (`needs_income`) and a line in force (`needs_line`). -#}
{% macro work_lists() %}
{%- set settlement, school = 'medical_insurance__settlement', 'education__enrolment' -%}
{%- set work, services = 'human_resources__employment', 'human_resources__job_service' -%}
{%- set lists = [
    {'list': 'warning_list', 'needs_income': true, 'needs_line': 'true'},
    {'list': 'income_gaps'},
    {'list': 'expenditure_burden', 'completed_by': [settlement, school], 'needs_income': true},
    {'list': 'guarantee_shortfalls', 'kind': 'out_of_school', 'completed_by': [school]},
    {'list': 'guarantee_shortfalls', 'kind': 'uninsured', 'completed_by': ['medical_insurance__enrolment']},
    {'list': 'guarantee_shortfalls', 'kind': 'unsafe_dwelling', 'completed_by': ['housing__dwelling_safety']},
    {'list': 'guarantee_shortfalls', 'kind': 'unsafe_water', 'completed_by': ['water__drinking_water']},
    {'list': 'returnee_ledger', 'completed_by': [work, services]},
    {'list': 'unassisted_monitored', 'completed_by': ['civil_affairs__assistance_roll']},
] -%}
{%- for kind in ['offers', 'guidance', 'training'] -%}
{%- do lists.append({'list': 'service_shortfalls', 'kind': kind, 'completed_by': [work, services]}) -%}
{%- endfor -%}
{%- for gap, terms in entitlement_gaps().items() -%}
{%- do lists.append({
    'list': 'entitlement_gaps', 'kind': gap, 'needs_income': terms['needs_income'],
    'completed_by': terms['completed_by'] or terms['needs'],
}) -%}
{%- endfor -%}
{%- set named = [] -%}
{%- for terms in lists -%}
{%- do named.append(dict({'kind': '', 'completed_by': [], 'needs_line': 'false'}, **terms)) -%}
{%- do named[-1].update({'needs_income': 'true' if terms['needs_income'] else 'false'}) -%}
{%- endfor -%}
{{ return(named) }}
{% endmacro %}

{#- Which rows of int_household_months stand on a list of households (rules.md section 4, 6, 7): the mart, the items of work and
    the briefing say it with these. -#}
{% macro household_is_on(list) -%}
{{ {
    'warning_list': 'is_listed',
    'income_gaps': "is_in_scope and income_status <> 'complete'",
    'inclusion_candidates': 'is_below_inclusion and not is_monitored_active',
    'unassisted_monitored': 'is_monitored_active and members_on_assistance = 0',
}[list] }}
{%- endmacro %}

{#- Who gets the items of a household whose town is none of the county's, or is not said: the bureau. -#}
{% macro item_recipient_without_town() %}'rural_revitalization'{% endmacro %}

{#- What the rows of closure_rates over every list of a recipient are called. -#}
{% macro every_list() %}全部{% endmacro %}

{#- How bad it stands with a household: 2 red, 1 yellow, 0 not on the warning list; of a row of int_listings or int_household_months. -#}
{% macro level_rank(row) -%}
case
    when coalesce({{ row }}.is_listed, false) then case when {{ row }}.level = 'red' then 2 else 1 end
    else 0
end
{%- endmacro %}

{#- Where a row of answers stands in its delivery, the later the greater. -#}
{% macro answer_place() %}{{ return(['file', 'sheet', 'row_number']) }}{% endmacro %}

{#- Whether an entry of a list is an item: two kinds of gaps are handed out as guarantee_shortfalls. -#}
{% macro hands_out_items() -%}
(list <> 'entitlement_gaps' or kind not in ('medical_uninsured', 'dwelling_renovation'))
{%- endmacro %}

{#- What an answer says, as one text: of two rows that say the same nobody has to be asked. -#}
{% macro what_is_said(row) -%}
coalesce({{ row }}.result, '')
        || ';' || coalesce(cast({{ row }}.verified_income as {{ text_type() }}), '')
        || ';' || coalesce(cast({{ row }}.waived_until as {{ text_type() }}), '')
{%- endmacro %}

{#- Which of several rows to one item counts, said to those who wrote them. -#}
{% macro which_answer_counts() -%}
case
                when is_counting then '以本行为准。'
                else '以 '
                || case when counting_delivery <> month then {{ month_text('counting_delivery') }} || ' 报送的 ' else '' end
                || counting_file || ' 第 ' || cast(counting_row_number as {{ text_type() }}) || ' 行为准。'
            end
{%- endmacro %}
