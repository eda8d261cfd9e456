{#- The columns of money of an income entry, those that make up the income first. -#}
{% macro income_components() -%}
{{ return(['wage_income', 'business_income', 'business_expense', 'property_income', 'transfer_income']) }}
{%- endmacro %}

{% macro other_income_items() -%}
{{ return([
    'public_post_wage', 'asset_dividend', 'land_rent', 'dibao_income', 'tekun_income', 'pension_income',
    'other_transfer_income', 'claim_income', 'compliant_out_of_pocket',
]) }}
{%- endmacro %}
