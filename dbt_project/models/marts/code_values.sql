-- Grain: one code of a domain (month, domain, code), the same in every month of a run.
-- Purpose: codes and their Chinese words, to join lists with: by the name of a column or of a code list. _list stands behind
-- that of a code list where a column of the same name holds other codes. Source: config/code_lists.yml,
-- config/value_labels.yml.

with months as (
    select * from {{ ref('int_months') }}
),

code_lists as (
    select * from {{ ref('stg_reference__code_values') }}
),

labels as (
    select * from {{ ref('stg_reference__value_labels') }}
),

labelled_columns as (
    select distinct column_name from labels
),

codes as (
    select
        code_lists.code_list || case when labelled_columns.column_name is null then '' else '_list' end as domain,
        code_lists.value as code,
        code_lists.value as code_label,
        cast(null as {{ text_type() }}) as code_meaning,
        code_lists.position as code_place
    from code_lists
    left join labelled_columns
        on code_lists.code_list = labelled_columns.column_name
    union all
    select
        column_name as domain,
        code,
        label as code_label,
        meaning as code_meaning,
        position as code_place
    from labels
)

select
    months.month,
    codes.domain,
    codes.code,
    codes.code_label,
    codes.code_meaning,
    codes.code_place
from months
cross join codes
