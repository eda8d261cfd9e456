{#- Exact arithmetic: DuckDB divides decimals as doubles, Spark does not, so money is divided as whole cents. -#}

{#- Money divided by a whole number, rounded half away from zero to 2 places; null when the number is not positive. -#}
{% macro divide_money(amount, divisor) -%}
case
    when {{ divisor }} > 0 then cast(
        cast(sign({{ amount }}) as bigint) * {{ whole_division(
            '2 * abs(cast((' ~ amount ~ ') * 100 as bigint)) + cast(' ~ divisor ~ ' as bigint)',
            '2 * cast(' ~ divisor ~ ' as bigint)'
        ) }} * cast(0.01 as decimal(3, 2)) as decimal(14, 2)
    )
end
{%- endmacro %}

{#- The ratio of two amounts or counts, 4 places, rounded half away from zero; null when the divisor is not positive. -#}
{% macro ratio(dividend, divisor) -%}
case
    when {{ divisor }} > 0 then cast(
        cast(sign({{ dividend }}) as bigint) * {{ whole_division(
            '2 * abs(cast((' ~ dividend ~ ') * 100 as bigint)) * 10000 + cast((' ~ divisor ~ ') * 100 as bigint)',
            '2 * cast((' ~ divisor ~ ') * 100 as bigint)'
        ) }} * cast(0.0001 as decimal(5, 4)) as decimal(18, 4)
    )
end
{%- endmacro %}

{#- Whether an amount per household fails a line: compared as a total, exactly, by the line's own comparator. -#}
{% macro fails_line(income, line, comparator, headcount) -%}
case
    when {{ comparator }} = '<=' then {{ income }} <= {{ line }} * {{ headcount }}
    when {{ comparator }} = '<' then {{ income }} < {{ line }} * {{ headcount }}
end
{%- endmacro %}

{#- Full years from a birth date to a day, not below 0; unknown without a birth date (greatest() alone would pass over it). -#}
{% macro age_on(birth_date, day) -%}
case
    when {{ birth_date }} is not null then greatest(
        year({{ day }}) - year({{ birth_date }})
        - case
            when month({{ day }}) * 100 + day({{ day }}) < month({{ birth_date }}) * 100 + day({{ birth_date }}) then 1
            else 0
        end,
        0
    )
end
{%- endmacro %}

{#- Whole calendar months from one month to another, whatever the days; null when one is unknown. -#}
{% macro months_between(earlier, later) -%}
cast(year({{ later }}) * 12 + month({{ later }}) - year({{ earlier }}) * 12 - month({{ earlier }}) as bigint)
{%- endmacro %}

{#- Whether a flow's row is known to a month: delivered by then and not yet replaced. -#}
{% macro is_known(row, knowledge_month) -%}
{{ row }}.is_counted
and {{ row }}.delivery_month <= {{ knowledge_month }}
and ({{ row }}.superseded_in is null or {{ row }}.superseded_in > {{ knowledge_month }})
{%- endmacro %}

{#- The year and month of a date as text, 2023-07. -#}
{% macro month_text(day) -%}
substr(cast({{ day }} as {{ text_type() }}), 1, 7)
{%- endmacro %}

{#- The whole numbers from one to another, one row each, as `number`. -#}
{% macro whole_numbers(first, last) -%}
(select number from (values {% for number in range(first, last + 1) %}({{ number }}){{ ', ' if not loop.last }}{% endfor %}) as numbers (number))
{%- endmacro %}
