{#- Lines of the cards that households get (ledgers.md section 6, policy_card). -#}

{#- The rows of a department's extract that count for each computed month, with household and person of the card, each once. -#}
{% macro card_rows(extract, also_who_left=false) -%}
{{ counted_rows(extract, 'int_card_identities', ['household_id', 'person_id'], none if also_who_left else 'identities.is_active') }}
{%- endmacro %}

{#- The columns of a line, in order; those that are not given are null. Amounts without any that is filled are null. -#}
{% macro card_columns(
    row, place, policy, department, person_id=none, detail=none, state=none, amount=none, monthly_amount=none, times=none,
    from_on=none, to_on=none
) -%}
{{ row }}.month,
    {{ row }}.household_id,
    {{ place }} as place,
    '{{ policy }}' as policy,
    {{ person_id or "''" }} as person_id,
    cast({{ detail or 'null' }} as {{ text_type() }}) as detail,
    cast({{ state or 'null' }} as {{ text_type() }}) as state,
    cast({{ amount or 'null' }} as decimal(14, 2)) as amount,
    cast({{ monthly_amount or 'null' }} as decimal(14, 2)) as monthly_amount,
    cast({{ times or 'null' }} as bigint) as times,
    cast({{ from_on or 'null' }} as date) as from_on,
    cast({{ to_on or 'null' }} as date) as to_on,
    '{{ department }}' as department
{%- endmacro %}

{#- A line per household or person and detail: what is dated in the window, added up. -#}
{% macro card_flow(rows, place, policy, department, day, detail=none, amount=none, of_person=true, condition=none) -%}
select
    {{ card_columns(
        rows,
        place,
        policy,
        department,
        person_id=rows ~ '.person_id' if of_person else none,
        detail=detail,
        amount='sum(' ~ amount ~ ')' if amount else none,
        times='count(*)',
        from_on='min(' ~ day ~ ')',
        to_on='max(' ~ day ~ ')',
    ) }}
from {{ rows }}
inner join months
    on {{ rows }}.month = months.month
where
    {{ is_in_window(day) }}
    {%- if condition %}
    and {{ condition }}
    {%- endif %}
group by {{ rows }}.month, {{ rows }}.household_id
    {%- if of_person %}, {{ rows }}.person_id{% endif %}
    {%- if detail %}, {{ detail }}{% endif %}
{%- endmacro %}
