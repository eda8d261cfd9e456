{#- Where DuckDB and Spark differ. Models call these; no model asks which engine it runs on. -#}

{% macro text_type() %}{{ return(adapter.dispatch('text_type', 'fangfanpin')()) }}{% endmacro %}
{% macro default__text_type() %}varchar{% endmacro %}
{% macro spark__text_type() %}string{% endmacro %}

{#- Whether a text contains a match of a pattern (no backslashes in patterns: Spark reads them as escapes). -#}
{% macro matches(text, pattern) %}{{ return(adapter.dispatch('matches', 'fangfanpin')(text, pattern)) }}{% endmacro %}
{% macro default__matches(text, pattern) %}regexp_matches({{ text }}, {{ pattern }}){% endmacro %}
{% macro spark__matches(text, pattern) %}({{ text }} rlike {{ pattern }}){% endmacro %}

{#- A text in which every match of a pattern is replaced by another text, which holds neither $ nor a backslash. -#}
{% macro replace_matches(text, pattern, replacement) -%}
{{ return(adapter.dispatch('replace_matches', 'fangfanpin')(text, pattern, replacement)) }}
{%- endmacro %}
{% macro default__replace_matches(text, pattern, replacement) %}regexp_replace({{ text }}, {{ pattern }}, {{ replacement }}, 'g'){% endmacro %}
{% macro spark__replace_matches(text, pattern, replacement) %}regexp_replace({{ text }}, {{ pattern }}, {{ replacement }}){% endmacro %}

{#- Integer division, towards zero. -#}
{% macro whole_division(dividend, divisor) %}{{ return(adapter.dispatch('whole_division', 'fangfanpin')(dividend, divisor)) }}{% endmacro %}
{% macro default__whole_division(dividend, divisor) %}(({{ dividend }}) // ({{ divisor }})){% endmacro %}
{% macro spark__whole_division(dividend, divisor) %}(({{ dividend }}) div ({{ divisor }})){% endmacro %}

{#- A date some months later or earlier. -#}
{% macro add_months(day, months) %}{{ return(adapter.dispatch('add_months', 'fangfanpin')(day, months)) }}{% endmacro %}
{% macro default__add_months(day, months) %}cast({{ day }} + to_months(cast({{ months }} as integer)) as date){% endmacro %}
{% macro spark__add_months(day, months) %}add_months({{ day }}, cast({{ months }} as int)){% endmacro %}

{#- Whole days from one date to another. -#}
{% macro days_between(earlier, later) %}{{ return(adapter.dispatch('days_between', 'fangfanpin')(earlier, later)) }}{% endmacro %}
{% macro default__days_between(earlier, later) %}cast({{ later }} - {{ earlier }} as bigint){% endmacro %}
{% macro spark__days_between(earlier, later) %}cast(datediff({{ later }}, {{ earlier }}) as bigint){% endmacro %}

{#- A sorted list of distinct texts. -#}
{% macro sorted_texts(text) %}{{ return(adapter.dispatch('sorted_texts', 'fangfanpin')(text)) }}{% endmacro %}
{% macro default__sorted_texts(text) %}list_sort(list_distinct(array_agg({{ text }}))){% endmacro %}
{% macro spark__sorted_texts(text) %}array_sort(collect_set({{ text }})){% endmacro %}

{#- An empty list of texts, typed. -#}
{% macro no_texts() %}{{ return(adapter.dispatch('no_texts', 'fangfanpin')()) }}{% endmacro %}
{% macro default__no_texts() %}cast([] as varchar[]){% endmacro %}
{% macro spark__no_texts() %}cast(array() as array<string>){% endmacro %}

{#- Whether two document numbers are at optimal-string-alignment distance 0 or 1. Written so that the costly distance is computed
    only for the few pairs that a cheap one lets through; documents are ASCII, so DuckDB's byte distance is a character distance. -#}
{% macro is_one_edit_apart(one, other) %}{{ return(adapter.dispatch('is_one_edit_apart', 'fangfanpin')(one, other)) }}{% endmacro %}
{% macro default__is_one_edit_apart(one, other) -%}
    case
        when length({{ one }}) = length({{ other }}) then
            case
                when hamming({{ one }}, {{ other }}) <= 1 then true
                when hamming({{ one }}, {{ other }}) = 2 then damerau_levenshtein({{ one }}, {{ other }}) <= 1
                else false
            end
        when abs(length({{ one }}) - length({{ other }})) = 1 then levenshtein({{ one }}, {{ other }}) <= 1
        else false
    end
{%- endmacro %}
{% macro spark__is_one_edit_apart(one, other) -%}
    case
        when levenshtein({{ one }}, {{ other }}) <= 1 then true
        when length({{ one }}) = length({{ other }}) and levenshtein({{ one }}, {{ other }}) = 2 then (
            {%- for position in range(1, 18) %}
            concat(
                substr({{ one }}, 1, {{ position - 1 }}), substr({{ one }}, {{ position + 1 }}, 1),
                substr({{ one }}, {{ position }}, 1), substr({{ one }}, {{ position + 2 }})
            ) = {{ other }}{{ ' or' if not loop.last }}
            {%- endfor %}
        )
        else false
    end
{%- endmacro %}

{#- The path of a folder within a pattern: signs that would stand for others stand for themselves. -#}
{% macro in_pattern(path) %}{{ return(path | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]')) }}{% endmacro %}

{#- A view over landed Parquet. -#}
{% macro view_over_parquet(schema, name, path) %}{{ return(adapter.dispatch('view_over_parquet', 'fangfanpin')(schema, name, path)) }}{% endmacro %}
{% macro default__view_over_parquet(schema, name, path) -%}
    create or replace view {{ schema }}.{{ name }} as
    select * from read_parquet('{{ path | replace("'", "''") }}', union_by_name = false, hive_partitioning = false)
{%- endmacro %}
{% macro spark__view_over_parquet(schema, name, path) -%}
    create or replace view {{ schema }}.{{ name }} as
    select * from parquet.`{{ path }}`
{%- endmacro %}

{#- Distinct texts in order, joined by 、; null when there is none. -#}
{% macro joined_texts(text) %}{{ return(adapter.dispatch('joined_texts', 'fangfanpin')(text)) }}{% endmacro %}
{% macro default__joined_texts(text) %}string_agg(distinct {{ text }}, '、' order by {{ text }}){% endmacro %}
{% macro spark__joined_texts(text) -%}
case when count({{ text }}) > 0 then array_join(array_sort(collect_set({{ text }})), '、') end
{%- endmacro %}

{#- Texts of a group, one after the other, in an order; null when there is none. -#}
{% macro texts_in_order(text, place, separator=' ') -%}
{{ return(adapter.dispatch('texts_in_order', 'fangfanpin')(text, place, separator)) }}
{%- endmacro %}
{% macro default__texts_in_order(text, place, separator) %}string_agg({{ text }}, '{{ separator }}' order by {{ place }}){% endmacro %}
{% macro spark__texts_in_order(text, place, separator) -%}
case
    when count({{ text }}) > 0
        then array_join(
            transform(array_sort(collect_list(struct({{ place }} as place, {{ text }} as text))), x -> x.text), '{{ separator }}'
        )
end
{%- endmacro %}

{#- One row for each part of a text between separators. -#}
{% macro split_texts(text, separator) %}{{ return(adapter.dispatch('split_texts', 'fangfanpin')(text, separator)) }}{% endmacro %}
{% macro default__split_texts(text, separator) %}unnest(string_split({{ text }}, '{{ separator }}')){% endmacro %}
{% macro spark__split_texts(text, separator) %}explode(split({{ text }}, '[{{ separator }}]')){% endmacro %}

{#- Statements of a hook: DuckDB takes them in one text, Spark one by one. -#}
{% macro run_in_hook(statements) %}{{ return(adapter.dispatch('run_in_hook', 'fangfanpin')(statements)) }}{% endmacro %}
{% macro default__run_in_hook(statements) %}{{ statements | join(';\n') }};{% endmacro %}
{% macro spark__run_in_hook(statements) %}{%- for statement in statements -%}{%- do run_query(statement) -%}{%- endfor -%}{% endmacro %}

{#- A type of a contract (config/fields.yml says them as DuckDB does). -#}
{% macro spark_type(name) -%}
{%- set types = {'varchar': 'string', 'varchar[]': 'array<string>', 'integer': 'int'} -%}
{{ return(types.get(name | lower, name)) }}
{%- endmacro %}

{#- dbt calls these by name: what a contract's columns are, and by what a mart is parted, so that a month is read by itself. -#}
{% macro spark__get_empty_schema_sql(columns) -%}
select
    {%- for column in columns.values() %}
    cast(null as {{ spark_type(column['data_type']) }}) as {{ adapter.quote(column['name']) }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
{% macro spark__partition_cols(label, required=false) -%}
{%- if model.schema == 'marts' and 'month' in model.columns -%}{{ label }} (month){%- endif -%}
{%- endmacro %}
