{#- How a premium was paid, as a rank: the lowest of a person's rows counts (rules.md section 9). -#}
{% macro premium_rank(row) -%}
case
    when {{ row }}.scheme = '城镇职工' then 1
    when {{ row }}.scheme = '城乡居民' then
        case
            when {{ row }}.personal_payment = 0 then 2
            when {{ row }}.personal_payment is null and {{ row }}.subsidised_amount > 0 then 2
            when {{ row }}.personal_payment > 0 and {{ row }}.subsidised_amount > 0 then 3
            when {{ row }}.personal_payment > 0 and coalesce({{ row }}.subsidised_amount, 0) = 0 then 4
            else 5
        end
end
{%- endmacro %}

{% macro premium_status_of_rank(rank) -%}
case {{ rank }}
    when 1 then 'employee'
    when 2 then 'fully_subsidised'
    when 3 then 'partly_subsidised'
    when 4 then 'self_paid'
    when 5 then 'paid'
end
{%- endmacro %}
