{#- The figures of the monthly briefing in their order (ledgers.md section 8): the unit; the list (`mart`) and the extracts
    (`needs`) without which a figure is null; for a rate what is divided by what (`rate`); whether it is null where nothing was
    counted (`is_null_without_row`). -#}
{% macro briefing_figures() %}
{%- set work, school, feedback = 'employment_summary', 'education__enrolment', 'rural_revitalization__feedback' -%}
{%- set figures = [] -%}
{%- for figure, unit in [
    ('households_in_scope', '户'), ('monitored_active_households', '户'), ('persons_in_scope', '人'),
    ('monitored_active_persons', '人'), ('identified_in_month', '户'), ('cleared_in_month', '户'),
] -%}
{%- do figures.append({'figure': figure, 'unit': unit}) -%}
{%- endfor -%}
{%- for part in [
    'households', 'red', 'yellow', 'new', 'persisting', 'left', 'first_run', 'new_in_scope', 'newly_complete', 'correction',
    'line_change', 'member_change', 'income_drop',
] -%}
{%- do figures.append({'figure': 'warning_' ~ part, 'unit': '户', 'mart': 'warning_list'}) -%}
{%- endfor -%}
{%- do figures.extend([
    {'figure': 'inclusion_candidates', 'unit': '户', 'mart': 'inclusion_candidates'},
    {'figure': 'unassisted_monitored', 'unit': '户', 'mart': 'unassisted_monitored'},
    {'figure': 'burden_households', 'unit': '户', 'mart': 'expenditure_burden'},
    {'figure': 'burden_falls_below', 'unit': '户', 'mart': 'expenditure_burden'},
    {'figure': 'shortfall_out_of_school', 'unit': '人', 'needs': [school]},
    {'figure': 'shortfall_uninsured', 'unit': '人', 'needs': ['medical_insurance__enrolment']},
    {'figure': 'shortfall_unsafe_dwelling', 'unit': '户'},
    {'figure': 'shortfall_unsafe_water', 'unit': '户'},
    {'figure': 'income_complete', 'unit': '户'},
    {'figure': 'income_gaps', 'unit': '户'},
    {'figure': 'completeness_rate', 'unit': '%', 'rate': ('income_complete', 'households_in_scope')},
    {'figure': 'households_entered', 'unit': '户'},
    {'figure': 'households_visited', 'unit': '户'},
    {'figure': 'entry_rate', 'unit': '%', 'rate': ('households_entered', 'households')},
    {'figure': 'visit_rate', 'unit': '%', 'rate': ('households_visited', 'households')},
    {'figure': 'workers', 'unit': '人', 'mart': work},
    {'figure': 'employed', 'unit': '人', 'mart': work},
    {'figure': 'seeking', 'unit': '人', 'mart': work},
    {'figure': 'returned', 'unit': '人', 'mart': work},
    {'figure': 'employment_rate', 'unit': '%', 'mart': work, 'rate': ('employed', 'workers')},
    {'figure': 'service_shortfall_persons', 'unit': '人', 'mart': 'service_shortfalls'},
    {'figure': 'returnees_overdue', 'unit': '人', 'mart': 'returnee_ledger'},
    {'figure': 'referrals', 'unit': '条'},
]) -%}
{%- for department in [
    'civil_affairs', 'education', 'medical_insurance', 'disabled_federation', 'housing', 'water',
] -%}
{%- do figures.append({'figure': 'referrals_' ~ department, 'unit': '条'}) -%}
{%- endfor -%}
{%- do figures.append({'figure': 'gaps', 'unit': '条'}) -%}
{%- for gap, terms in entitlement_gaps().items() -%}
{%- do figures.append({'figure': 'gap_' ~ gap, 'unit': '条', 'needs': terms['needs']}) -%}
{%- endfor -%}
{%- do figures.extend([
    {'figure': 'issues_E', 'unit': '条'},
    {'figure': 'issues_W', 'unit': '条'},
    {'figure': 'items_new', 'unit': '条', 'is_null_without_row': true},
    {'figure': 'items', 'unit': '条', 'is_null_without_row': true},
    {'figure': 'items_closed', 'unit': '条', 'is_null_without_row': true},
    {'figure': 'items_overdue', 'unit': '条', 'is_null_without_row': true},
    {'figure': 'items_recurring', 'unit': '条', 'is_null_without_row': true},
    {'figure': 'closure_rate', 'unit': '%', 'needs': [feedback], 'rate': ('items_closed', 'items')},
    {'figure': 'in_time_rate', 'unit': '%', 'needs': [feedback], 'rate': ('items_in_time', 'items')},
    {'figure': 'answers_elsewhere', 'unit': '条', 'needs': [feedback], 'is_of_county': true},
    {'figure': 'insured_persons', 'unit': '人', 'mart': 'relapse_insurance'},
    {'figure': 'insured_rate', 'unit': '%', 'mart': 'relapse_insurance', 'rate': ('insured_persons', 'insurable_persons')},
    {'figure': 'claims_amount', 'unit': '元'},
    {'figure': 'subsidies_amount', 'unit': '元'},
    {'figure': 'distribution_amount', 'unit': '元'},
    {'figure': 'consumption_amount', 'unit': '元'},
    {'figure': 'measures_amount', 'unit': '元'},
    {'figure': 'loans_open', 'unit': '笔', 'mart': 'microcredit_ledger'},
    {'figure': 'loans_overdue', 'unit': '笔', 'mart': 'microcredit_ledger'},
    {'figure': 'loans_due_soon', 'unit': '笔', 'mart': 'microcredit_ledger'},
]) -%}
{%- for group, terms in key_groups().items() -%}
{%- set needs = [terms['needs']] if terms['needs'] else [] -%}
{%- do figures.append({'figure': 'group_households_' ~ group, 'unit': '户', 'needs': needs}) -%}
{%- do figures.append({'figure': 'group_persons_' ~ group, 'unit': '人', 'needs': needs}) -%}
{%- endfor -%}
{{ return(figures) }}
{% endmacro %}

{#- The figures of which the briefing shows how they went over the months. -#}
{% macro trend_figures() %}
{{ return([
    'warning_red', 'warning_yellow', 'warning_new', 'warning_left', 'income_gaps', 'completeness_rate', 'entry_rate',
    'employment_rate', 'referrals', 'gaps', 'items_overdue', 'closure_rate',
]) }}
{% endmacro %}

{#- Selects, one per figure, of how many rows of a relation (with month and town) fit a condition, or what they add up to.
    `figures` has the condition by figure, null for every row. -#}
{% macro figure_counts(relation, figures, counted='count(*)') -%}
{% for figure, condition in figures.items() -%}
select
    month,
    town,
    '{{ figure }}' as figure,
    cast({{ counted }} as decimal(18, 4)) as counted
from {{ relation }}
{% if condition -%}
where {{ condition }}
{% endif -%}
group by month, town
{% if not loop.last %}
union all

{% endif %}
{%- endfor %}
{%- endmacro %}
