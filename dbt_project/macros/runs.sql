{#- Runs of listed things (rules.md section 6, 10; ledgers.md section 1): one mechanism for every list. -#}

{#- CTEs that end in `in_runs`: a relation with one row per thing and month in which it was listed, as known then, and where the
    run of each row began. The relation has `month`, `month_index` (whole numbers, one more each month) and `ends_index`: the
    first later month that ends the run when the thing is not listed in it; for a list that is complete every month, the next one.
    Added are `first_month`, `consecutive_months` (rows of the run up to this one) and `next_index` (the next row, in this run or
    another). -#}
{% macro runs(relation, thing) -%}
{%- set of_thing = thing | join(', ') -%}
beginnings as (
    select
        *,
        case
            when lag(ends_index) over (partition by {{ of_thing }} order by month_index) >= month_index then 0
            else 1
        end as is_beginning,
        lead(month_index) over (partition by {{ of_thing }} order by month_index) as next_index
    from {{ relation }}
),

numbered as (
    select
        *,
        sum(is_beginning) over (partition by {{ of_thing }} order by month_index rows unbounded preceding) as run_number
    from beginnings
),

in_runs as (
    select
        *,
        min(month) over (partition by {{ of_thing }}, run_number) as first_month,
        cast(
            row_number() over (partition by {{ of_thing }}, run_number order by month_index) as bigint
        ) as consecutive_months
    from numbered
)
{%- endmacro %}

{#- The query of the runs of entries of lists (month, list, kind, entity_key, household_id, person_id), after a `with` that has
    them: each entry with the beginning of its run, the next entry and the month that ends it. A run is stepped over months in which the list was not complete for the entry, and ends with the month in which its household or person is gone.
    `completions` has by list, kind and household ('' where it is not a household's affair) the next month in which the list is
    complete; `span` is the stay on the roster that a person's entry asks for. -#}
{% macro entry_runs(entries, completions, span) -%}
placed as (
    select
        entries.*,
        known_months.month_index,
        coalesce(spans.to_index, known_months.month_index) + 1 as gone_index,
        completions.next_complete_index
    from {{ entries }} as entries
    inner join {{ ref('int_known_months') }} as known_months
        on entries.month = known_months.month
    left join {{ completions }} as completions
        on
            entries.month = completions.month
            and entries.list = completions.list
            and coalesce(entries.kind, '') = completions.kind
            and completions.household_id in ('', entries.household_id)
    left join {{ ref('int_roster_spans') }} as spans
        on
            case when entries.person_id is null then 'household' else '{{ span }}' end = spans.span
            and coalesce(entries.person_id, entries.household_id) = spans.subject_id
            and known_months.month_index + 1 between spans.from_index and spans.to_index
),

ended as (
    select
        *,
        least(gone_index, coalesce(next_complete_index, gone_index)) as ends_index
    from placed
),

{{ runs('ended', ['list', 'entity_key']) }}

select
    month,
    month_index,
    list,
    kind,
    entity_key,
    household_id,
    person_id,
    town,
    village,
    recipient,
    recipient_kind,
    first_month,
    consecutive_months,
    next_index,
    gone_index,
    ends_index
from in_runs
{%- endmacro %}

{#- The code by which an item of work is recognised when its answer comes back (rules.md section 10): everywhere the same. -#}
{% macro item_code(list, handed_out_month, entity_key) -%}
{{ list }} || '/' || {{ month_text(handed_out_month) }} || '/' || {{ entity_key }}
{%- endmacro %}

{#- Rows of a month that this run computes, and those kept of the months that it does not (orchestration/warehouse/kept_months.py). -#}
{% macro own_and_kept(own, kept, columns) -%}
select
    {{ columns | join(',\n    ') }}
from {{ own }}

union all

select
    {{ columns | join(',\n    ') }}
from {{ ref('stg_kept__' ~ kept) }} as kept_rows
where not exists (
    select 1
    from {{ ref('int_months') }} as own_months
    where own_months.month = kept_rows.month
)
{%- endmacro %}
