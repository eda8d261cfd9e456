-- Grain of the result: one list, household, person, item and column that is not as it was (restatement_differences).
-- Purpose: what a version of a month says otherwise than the version in whose place it is put, and which delivery, correction,
-- decision or parameter made the difference.
--
-- It is no dbt model: it compares two publications, and the older one exists only as Parquet in its folder; what dbt computes for
-- a month depends on deliveries, parameters and code alone, never on what was published before. It runs when a new version
-- with a predecessor is being written. `old`, `new`: views over both folders. `wh`: the work database, read only, as the new
-- version was computed. Tables `rests`, `extract_words`, `column_words`, `value_words`, `changed_inputs`, `changed_parameters`
-- are facts that differences.py hands over. A flow's row was known to the old version when it was delivered by `old_knowledge`.

create temp table facts as select
    date '{{ month }}' as month,
    date '{{ old_knowledge }}' as old_knowledge,
    date '{{ new_knowledge }}' as new_knowledge,
    (select window_start from wh.intermediate.int_calendar where month = date '{{ month }}') as window_start;

create temp table roster as
select person_id, min(household_id) as household_id
from wh.intermediate.int_roster_members
where month = (select month from facts)
group by person_id;

-- whom the rows of an identity are about in this month, as known now
create temp table subjects as
select matches.identity_id, matches.person_id, roster.household_id
from wh.intermediate.int_identity_matches as matches
inner join roster using (person_id)
where matches.month = (select month from facts);

---- evidence: rows of inputs that the old version did not have, or had otherwise, by the household they are about

create temp table evidence (
    extract varchar, household_id varchar, person_id varchar, cause varchar, place integer,
    delivery_month date, file varchar, row_number bigint, is_in_window boolean, words varchar
);

{% for extract in extracts %}
{% if extract.kind == "flow" %}
-- staging keeps the date of a flow's row as canonical text
create or replace temp view counted_rows as
select * replace (cast(dated_on as date) as dated_on) from wh.staging.stg_{{ extract.name }} where is_counted;

-- rows delivered since; with the row of the same fact that the old version knew, where there is one. The same again is no cause.
create or replace temp table later_rows as
select
    new_row.delivery_month, new_row.file, new_row.row_number, new_row.dated_on,
    new_row.{{ extract.subject }} as subject,
    old_row.{{ extract.subject }} as old_subject,
    old_row.delivery_month as old_delivery_month, old_row.file as old_file, old_row.row_number as old_row_number,
    concat_ws('、'
    {%- for column in extract.columns %},
        case when new_row.{{ column.name }} is distinct from old_row.{{ column.name }} then {{ column.header }} end
    {%- endfor %}) as headers
from counted_rows as new_row
cross join facts
left join counted_rows as old_row
    on
        new_row.business_key = old_row.business_key
        and old_row.delivery_month <= facts.old_knowledge
        and (old_row.superseded_in is null or old_row.superseded_in > facts.old_knowledge)
where
    new_row.delivery_month > facts.old_knowledge
    and new_row.delivery_month <= facts.new_knowledge
    and (new_row.superseded_in is null or new_row.superseded_in > facts.new_knowledge)
    and new_row.dated_on >= facts.window_start - interval 1 month
    and new_row.dated_on < facts.month;

insert into evidence
select distinct
    '{{ extract.name }}', {{ extract.household }}, {{ extract.person }},
    case when old_file is null then 'late_row' else 'correction' end,
    case when old_file is null then 2 else 1 end,
    later_rows.delivery_month, file, row_number, dated_on >= facts.window_start,
    strftime(later_rows.delivery_month, '%Y-%m') || ' 报送 ' || file || ' 第' || row_number || '行'
    || case
        when old_file is null then '补报'
        else '更正了 ' || strftime(old_delivery_month, '%Y-%m') || ' 报送 ' || old_file || ' 第' || old_row_number || '行的' || headers
    end
    || '（所属 ' || strftime(dated_on, '%Y-%m') || '）'
from later_rows
cross join facts
{% if extract.subject == "identity_id" %}
-- a corrected row may have been about somebody else
inner join subjects on subjects.identity_id in (later_rows.subject, later_rows.old_subject)
{% endif %}
where headers <> '' or old_file is null;
{% endif %}

-- rows of files that were put in the place of others, or added, in deliveries that the old version knew
insert into evidence
select distinct
    '{{ extract.name }}', {{ extract.household }}, {{ extract.person }}, 'replaced_file', 4,
    present.delivery_month, present.file, present.row_number,
    {{ "present.dated_on >= facts.window_start" if extract.kind == "flow" else "true" }},
    strftime(present.delivery_month, '%Y-%m') || ' 报送 ' || present.file
    || case changed_inputs.state when 'added' then ' 发布后补交' else ' 发布后更换' end || '（现第' || present.row_number || '行）'
from (
    select *, {{ extract.subject }} as subject
    from {{ "counted_rows" if extract.kind == "flow" else "wh.staging.stg_" ~ extract.name ~ " where is_counted" }}
) as present
cross join facts
inner join changed_inputs
    on
        changed_inputs.extract = '{{ extract.name }}'
        and changed_inputs.delivery_month = present.delivery_month
        and changed_inputs.file = present.file
        and changed_inputs.state in ('added', 'changed')
{% if extract.subject == "identity_id" %}
inner join subjects on present.subject = subjects.identity_id
{% endif %}
where
{% if extract.kind == "flow" %}
    (present.superseded_in is null or present.superseded_in > facts.new_knowledge)
    and present.dated_on >= facts.window_start - interval 1 month
    and present.dated_on < facts.month
{% else %}
    present.delivery_month = facts.month
{% endif %}
;
{% endfor %}

-- rows about whom a person has decided since
insert into evidence
with decisions as (
    select decisions.*
    from wh.intermediate.int_match_decisions as decisions
    cross join facts
    where
        decisions.month = facts.month
        and decisions.delivery_month > facts.old_knowledge
        and decisions.delivery_month <= facts.new_knowledge
)

select distinct
    department_rows.extract, roster.household_id, roster.person_id, 'decision', 3,
    decisions.delivery_month, decisions.file, decisions.row_number, true,
    strftime(decisions.delivery_month, '%Y-%m') || ' 报送的疑似匹配判定 ' || decisions.file || ' 第' || decisions.row_number || '行（'
    || decisions.decision || '），涉及 ' || strftime(department_rows.delivery_month, '%Y-%m') || ' 报送 ' || department_rows.file
    || ' 第' || department_rows.row_number || '行'
from decisions
inner join wh.intermediate.int_department_rows as department_rows
    on decisions.identity_id = department_rows.identity_id and department_rows.is_counted
left join subjects on decisions.identity_id = subjects.identity_id
inner join roster on roster.person_id in (decisions.person_id, subjects.person_id);

-- rows of unchanged files that are now about somebody else, or about nobody
insert into evidence
with moved as (
    select
        coalesce(new_match.extract, old_match.extract) as extract,
        coalesce(new_match.file, old_match.file) as file,
        coalesce(new_match.row_number, old_match.row_number) as row_number,
        old_match.person_id as old_person,
        new_match.person_id as new_person
    from old.person_match as old_match
    full join new.person_match as new_match
        on
            old_match.extract = new_match.extract
            and old_match.file = new_match.file
            and old_match.row_number = new_match.row_number
    where old_match.person_id is distinct from new_match.person_id
)

select
    moved.extract, roster.household_id, roster.person_id, 'rematched', 5,
    facts.month, moved.file, moved.row_number, true,
    strftime(facts.month, '%Y-%m') || ' 报送 ' || moved.file || ' 第' || moved.row_number || '行'
    || case when roster.person_id = moved.new_person then '现比对为本户成员' else '不再比对为本户成员' end
from moved
cross join facts
inner join roster on roster.person_id in (moved.old_person, moved.new_person)
where not exists (
    select 1 from changed_inputs
    where changed_inputs.delivery_month = facts.month and changed_inputs.file = moved.file and changed_inputs.extract = moved.extract
);

---- differences

create temp table differences (
    mart varchar, household_id varchar, person_id varchar, item varchar, column_name varchar, change varchar,
    value_before varchar, value_after varchar, id bigint
);

{% for list in compared_columns %}
{% for column in list.columns %}
insert into differences
select
    '{{ list.name }}', household_id, '', '', '{{ column }}', 'changed',
    cast(old_row.{{ column }} as varchar), cast(new_row.{{ column }} as varchar), null
from old.{{ list.name }} as old_row
inner join new.{{ list.name }} as new_row using (household_id)
where old_row.{{ column }} is distinct from new_row.{{ column }};
{% endfor %}
{% endfor %}

{% for list in compared_lists %}
insert into differences
with old_rows as (
    select household_id, {{ list.person }} as person_id, {{ list.item }} as item from old.{{ list.name }}
),

new_rows as (
    select household_id, {{ list.person }} as person_id, {{ list.item }} as item from new.{{ list.name }}
)

select '{{ list.name }}', household_id, person_id, item, '', 'added', null, null, null
from (select * from new_rows except select * from old_rows)
union all
select '{{ list.name }}', household_id, person_id, item, '', 'removed', null, null, null
from (select * from old_rows except select * from new_rows);
{% endfor %}

update differences set id = rowid;

---- causes

create temp table causes as
select distinct
    differences.id, evidence.place, evidence.cause, evidence.extract, evidence.delivery_month, evidence.file, evidence.row_number,
    extract_words.words || evidence.words as words
from differences
inner join rests
    on
        differences.mart = rests.mart
        and differences.column_name = rests.column_name
        and (differences.column_name <> '' or rests.item in ('{{ every_item }}', differences.item))
inner join evidence
    on
        rests.extract = evidence.extract
        and differences.household_id = evidence.household_id
        and (differences.person_id = '' or evidence.person_id = '' or differences.person_id = evidence.person_id)
        and (evidence.is_in_window or rests.is_of_month_before_too)
inner join extract_words on evidence.extract = extract_words.extract;

-- a line changes who is listed, whatever else has changed; other parameters are named where no row explains the difference
insert into causes
select differences.id, 6, 'parameter', null, null, null, null, changed_parameters.words
from differences
cross join changed_parameters
where
    (changed_parameters.is_line and differences.mart in ('warning_list', 'inclusion_candidates'))
    or differences.id not in (select id from causes);

-- no row of the household: the extracts that it rests on have come anew, and matching may have learned from them
insert into causes
select distinct
    differences.id, 7, 'related_input', rests.extract, changed_inputs.delivery_month, changed_inputs.file, cast(null as bigint),
    extract_words.words || strftime(changed_inputs.delivery_month, '%Y-%m') || ' 报送 ' || changed_inputs.file
    || case changed_inputs.state when 'changed' then ' 已更换' when 'removed' then ' 已撤回' else ' 为新收到' end
    || '，未能落实到某一行'
from differences
inner join rests
    on
        differences.mart = rests.mart
        and differences.column_name = rests.column_name
        and (differences.column_name <> '' or rests.item in ('{{ every_item }}', differences.item))
inner join changed_inputs on rests.extract = changed_inputs.extract
inner join extract_words on rests.extract = extract_words.extract
-- of a roll only the month's delivery counts
where
    (extract_words.is_flow or changed_inputs.delivery_month = (select month from facts))
    and differences.id not in (select id from causes);

insert into causes
select differences.id, 8, 'related_input', null, null, null, null, '其他名册有新收到或更换的文件 ' || counted.files || ' 个，未能落实到某一行'
from differences
cross join (select count(*) as files from changed_inputs) as counted
where counted.files > 0 and differences.id not in (select id from causes);

insert into causes
select differences.id, 9, 'program', null, null, null, null, '报送和标准没有变化；程序或县配置由 {{ old_program }} 变为 {{ new_program }}'
from differences
where '{{ old_program }}' <> '{{ new_program }}' and differences.id not in (select id from causes);

insert into causes
select differences.id, 10, 'unknown', null, null, null, null, '原因未能确定：报送、标准、程序都没有变化'
from differences
where differences.id not in (select id from causes);

---- what decided a household that came onto a list or left it: the facts of the household that rest on the same extracts

create temp table decided_by as
with deciding as (
    select distinct
        listed.id,
        column_words.place,
        column_words.label || ' ' || coalesce(word_before.label, facts_of.value_before, '空') || ' → '
        || coalesce(word_after.label, facts_of.value_after, '空') as words
    from differences as listed
    inner join rests
        on
            listed.mart = rests.mart
            and rests.column_name = ''
            and rests.item in ('{{ every_item }}', listed.item)
    inner join rests as decides
        on rests.extract = decides.extract and decides.mart = '{{ households }}'
    inner join differences as facts_of
        on
            decides.mart = facts_of.mart
            and decides.column_name = facts_of.column_name
            and listed.household_id = facts_of.household_id
    inner join column_words on facts_of.column_name = column_words.column_name and column_words.is_deciding
    left join value_words as word_before
        on facts_of.column_name = word_before.column_name and facts_of.value_before = word_before.code
    left join value_words as word_after
        on facts_of.column_name = word_after.column_name and facts_of.value_after = word_after.code
    where listed.column_name = ''
)

select
    id,
    string_agg(words, '，' order by place) as words
from deciding
group by id;

create temp table explained as
with ordered as (
    select
        *,
        row_number() over (
            partition by id order by place, delivery_month desc, extract, file, row_number, words
        ) as number
    from causes
)

select
    id,
    count(*) as causes,
    arg_min(cause, number) as cause,
    -- arg_min passes over nulls: the first row's own values
    max(case when number = 1 then extract end) as extract,
    max(case when number = 1 then delivery_month end) as delivery_month,
    max(case when number = 1 then file end) as file,
    max(case when number = 1 then row_number end) as row_number,
    string_agg(case when number <= {{ most_causes }} then words end, '；' order by number)
    || case when count(*) > {{ most_causes }} then '；等 ' || count(*) || ' 处' else '' end as words
from ordered
group by id;

select
    facts.month,
    differences.mart,
    differences.household_id,
    differences.person_id,
    differences.item,
    differences.column_name,
    differences.change,
    coalesce(new_household.town, old_household.town) as town,
    coalesce(new_household.village, old_household.village) as village,
    coalesce(new_household.head_name, old_household.head_name) as head_name,
    differences.value_before,
    differences.value_after,
    explained.cause,
    coalesce(decided_by.words || '。', '') || explained.words as explanation,
    explained.extract,
    explained.delivery_month,
    explained.file,
    explained.row_number,
    explained.causes
from differences
cross join facts
inner join explained on differences.id = explained.id
left join decided_by on differences.id = decided_by.id
left join new.{{ households }} as new_household on differences.household_id = new_household.household_id
left join old.{{ households }} as old_household on differences.household_id = old_household.household_id
order by mart, differences.household_id, differences.person_id, differences.item, differences.column_name
