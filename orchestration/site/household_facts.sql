-- What the work database holds of households beside the published lists: their income by month, the rows that they rest on.
-- Sources: orchestration/site/household_facts.py reads it statement by statement; `pages` (household_id, page) is handed in.

create temp table source_rows as
select distinct
    pages.page,
    sources.household_id,
    sources.extract,
    sources.delivery_month,
    sources.file,
    sources.sheet,
    sources.row_number
from intermediate.int_household_sources as sources
inner join pages on sources.household_id = pages.household_id
where sources.month = $month;

create temp table source_files as
select
    page,
    extract,
    delivery_month,
    file,
    sheet,
    row_number() over (partition by page order by extract, delivery_month desc, file, sheet) as file_no
from (select distinct page, extract, delivery_month, file, sheet from source_rows);

create temp table source_texts as
with places as (
    select
        source_rows.household_id,
        source_files.file_no,
        source_rows.row_number,
        source_rows.row_number - row_number() over (
            partition by source_rows.household_id, source_files.file_no order by source_rows.row_number
        ) as island
    from source_rows
    inner join source_files using (page, extract, delivery_month, file, sheet)
),

ranges as (
    select
        household_id,
        file_no,
        min(row_number) as first_row,
        max(row_number) as last_row
    from places
    group by household_id, file_no, island
),

files as (
    select
        household_id,
        file_no,
        string_agg(
            case when first_row = last_row then first_row::varchar else first_row || '-' || last_row end,
            ',' order by first_row
        ) as said
    from ranges
    group by household_id, file_no
)

select
    household_id,
    string_agg(file_no || ':' || said, ' ' order by file_no) as said
from files
group by household_id;

-- one text of twelve per household and item, '' where nothing is filled in; the months in their order
create temp table income_texts as
with entered as (
    select
        sources.household_id,
        entries.*,
        months.net_income
    from intermediate.int_household_sources as sources
    inner join staging.stg_rural_revitalization__income_expense as entries
        on
            sources.delivery_month = entries.delivery_month
            and sources.file = entries.file
            and sources.row_number = entries.row_number
    left join intermediate.int_income_months as months
        on
            sources.month = months.month
            and sources.household_id = months.household_id
            and entries.income_month = months.income_month
            and months.knowledge_month = $knowledge_month
    where
        sources.month = $month
        and sources.extract = 'rural_revitalization__income_expense'
),

months as (
    select cast(unnest(range($month - interval 12 month, cast($month as timestamp), interval 1 month)) as date) as income_month
),

amounts as (
    select
        household_id,
        income_month,
        'net_income' as item,
        net_income as amount
    from entered
    union all
    select
        household_id,
        income_month,
        item,
        amount
    from (
        unpivot (select household_id, income_month, {items} from entered)
        on {items} into name item value amount
    )
),

items as (
    select distinct household_id, item from amounts where amount <> 0 or list_contains([{components}], item)
)

select
    items.household_id,
    items.item,
    string_agg(
        coalesce(replace(format('{{:,.2f}}', cast(amounts.amount as double)), '.00', ''), ''),
        '|' order by months.income_month
    ) as said
from items
cross join months
left join amounts
    on
        items.household_id = amounts.household_id
        and items.item = amounts.item
        and months.income_month = amounts.income_month
group by items.household_id, items.item;
