-- Grain: one row that counts, of the delivery of a computed month, of an extract with a town
-- (month, extract, file, row_number).
-- Purpose: whether the town is one of the county's, and whom the row is about. Source: rules.md section 10; checks.csv K05.

with months as (
    select * from {{ ref('int_months') }}
),

towns as (
    select value as town
    from {{ ref('stg_reference__code_values') }}
    where code_list = 'town'
),

matched_rows as (
    select * from {{ ref('int_checked_rows') }}
),

town_rows as (
    {%- for extract in [
        'rural_revitalization__household_roster', 'civil_affairs__assistance_roll', 'finance__asset_distribution',
    ] %}
    select
        delivery_month as month,
        '{{ extract }}' as extract,
        file,
        row_number,
        {{ 'household_id' if extract.endswith('household_roster') else 'cast(null as ' ~ text_type() ~ ')' }} as household_id,
        town as town_given
    from {{ ref('stg_' ~ extract) }}
    where is_counted
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    months.month,
    town_rows.extract,
    town_rows.file,
    town_rows.row_number,
    coalesce(town_rows.household_id, matched_rows.household_id) as household_id,
    matched_rows.person_id,
    matched_rows.town,
    matched_rows.village,
    town_rows.town_given,
    towns.town is not null as is_listed_town
from months
inner join town_rows
    on months.month = town_rows.month
left join towns
    on town_rows.town_given = towns.town
left join matched_rows
    on
        months.month = matched_rows.month
        and town_rows.extract = matched_rows.extract
        and town_rows.file = matched_rows.file
        and town_rows.row_number = matched_rows.row_number
