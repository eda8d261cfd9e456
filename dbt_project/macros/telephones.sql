{#- A telephone number as it can be compared: full-width and other digits made plain, without white space and without the .0 that a
    spreadsheet leaves behind a number. -#}
{% macro telephone_number(phone) -%}
{%- set plain -%}
translate(
    {{ phone }},
    '０１２３４５６７８９．⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉①②③④⑤⑥⑦⑧⑨' || {{ white_space() }},
    '0123456789.01234567890123456789123456789'
)
{%- endset -%}
case
    when {{ plain }} like '%.0' then substr({{ plain }}, 1, length({{ plain }}) - 2)
    else {{ plain }}
end
{%- endmacro %}

{#- Whether a number is one of a mobile telephone: 11 digits, the first two of them 13 to 19. -#}
{% macro is_mobile_number(telephone) -%}
{{ matches(telephone, "'^1[3-9][0-9]{9}$'") }}
{%- endmacro %}

{#- Every character that counts as white space, as one text; chr() for those that would break a line. -#}
{% macro white_space() -%}
'{{ " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000" }}'
    {%- for code in [9, 10, 11, 12, 13] %} || chr({{ code }}){% endfor %}
{%- endmacro %}
