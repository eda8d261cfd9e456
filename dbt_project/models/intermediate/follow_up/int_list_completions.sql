-- Grain: one list and kind in one month with both rosters; where the household's income decides as well, one household of its
-- entries ('' where it does not) (month, list, kind, household_id).
-- Purpose: whether what is not on the list can be taken to be mended, and in which later month it first can. A list that
-- lacks what it rests on is not complete. Source: ledgers.md section 1, 6, 7.

with known_months as (
    select * from {{ ref('int_known_months') }}
),

deliveries as (
    select * from {{ ref('int_deliveries') }}
),

lines as (
    select distinct month from {{ ref('int_lines') }}
),

entries as (
    select * from {{ ref('int_list_entries') }}
),

incomes as (
    select * from {{ ref('int_household_incomes') }}
),

lists as (
    select
        lists.list,
        lists.kind,
        lists.needs_income,
        lists.needs_line
    from (
        values
        {%- for terms in work_lists() %}
        ('{{ terms.list }}', '{{ terms.kind }}', {{ terms.needs_income }}, {{ terms.needs_line }})
        {{- ',' if not loop.last }}
        {%- endfor %}
    ) as lists (list, kind, needs_income, needs_line)
),

needs as (
    select
        needs.list,
        needs.kind,
        needs.extract
    from (
        values
        {%- for terms in work_lists() %}
        {%- for extract in terms.completed_by %}
        ('{{ terms.list }}', '{{ terms.kind }}', '{{ extract }}'),
        {%- endfor %}
        {%- endfor %}
        (null, null, null)
    ) as needs (list, kind, extract)
    where needs.list is not null
),

missing as (
    select distinct
        deliveries.delivery_month as month,
        needs.list,
        needs.kind
    from needs
    inner join deliveries
        on needs.extract = deliveries.extract
    where not deliveries.has_arrived
),

by_list as (
    select
        known_months.month,
        known_months.month_index,
        known_months.knowledge_month,
        lists.list,
        lists.kind,
        lists.needs_income,
        missing.list is null and (not lists.needs_line or lines.month is not null) as is_complete
    from known_months
    cross join lists
    left join missing
        on
            known_months.month = missing.month
            and lists.list = missing.list
            and lists.kind = missing.kind
    left join lines
        on known_months.month = lines.month
),

households as (
    select distinct
        list,
        coalesce(kind, '') as kind,
        household_id
    from entries
),

by_household as (
    select
        month,
        month_index,
        list,
        kind,
        '' as household_id,
        is_complete
    from by_list
    where not needs_income
    union all
    select
        by_list.month,
        by_list.month_index,
        by_list.list,
        by_list.kind,
        households.household_id,
        by_list.is_complete and incomes.income_status = 'complete' as is_complete
    from by_list
    inner join households
        on
            by_list.list = households.list
            and by_list.kind = households.kind
    inner join incomes
        on
            by_list.month = incomes.month
            and by_list.knowledge_month = incomes.knowledge_month
            and households.household_id = incomes.household_id
    where by_list.needs_income
)

select
    month,
    list,
    kind,
    household_id,
    is_complete,
    min(case when is_complete then month_index end) over (
        partition by list, kind, household_id
        order by month_index
        rows between 1 following and unbounded following
    ) as next_complete_index
from by_household
