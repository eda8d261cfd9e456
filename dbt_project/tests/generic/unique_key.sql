{#- No two rows share a key, and no column of the key is null. -#}
{% test unique_key(model, columns) %}
{%- set names = [] -%}
{%- for column in columns -%}{%- do names.append(adapter.quote(column) if column == 'group' else column) -%}{%- endfor -%}
select {{ names | join(', ') }}
from {{ model }}
group by {{ names | join(', ') }}
having count(*) > 1 or {% for name in names %}{{ name }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
