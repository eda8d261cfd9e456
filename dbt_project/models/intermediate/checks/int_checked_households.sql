-- Grain: one household of the roster of a computed month (month, household_id).
-- Purpose: what the checks of households look at: the row as delivered beside what is computed of the household and its active
-- members. Source: rules.md section 3, 4, 10; checks.csv, checks_added.csv.

with months as (
    select * from {{ ref('int_months') }}
),

facts as (
    select * from {{ ref('int_household_months') }}
),

household_rows as (
    select * from {{ ref('stg_rural_revitalization__household_roster') }}
    where is_counted
),

members as (
    select * from {{ ref('int_checked_members') }}
),

-- every active row of the roster, also two of one person
counted as (
    select
        month,
        household_id,
        count(*) as active_rows,
        count(case when relationship = '户主' then 1 end) as heads,
        count(case when relationship = '配偶' then 1 end) as spouses,
        min(case when relationship = '户主' then person_id end) as head_person_id,
        min(case when relationship = '户主' then sex end) as head_sex,
        min(case when relationship = '户主' then age end) as head_age,
        min(case when relationship = '配偶' then sex end) as spouse_sex,
        max(case when relationship is null or relationship <> '户主' then age end) as oldest_other_age,
        count(case when is_without_labour then 1 end) as members_without_labour,
        count(case when labour_skill in ('普通劳动力', '技能劳动力', '弱劳动力或半劳动力') then 1 end) as members_with_labour,
        count(case when health_status like '%长期慢性病%' or health_status like '%患有大病%' then 1 end) as members_ill,
        count(case when health_status like '%残疾%' or has_valid_certificate then 1 end) as members_disabled_or_certified,
        count(case when is_in_school then 1 end) as members_registered_in_school,
        count(case when dibao <> '未享受' or tekun <> '未享受' then 1 end) as members_registered_on_assistance,
        count(case when found_on_assistance then 1 end) as members_found_on_assistance,
        count(case when found_on_dibao or found_on_tekun then 1 end) as members_found_on_dibao_or_tekun,
        count(case when is_worker and labour_skill in ('普通劳动力', '技能劳动力') then 1 end) as members_fit_for_work,
        count(case when has_spell_in_window then 1 end) as members_with_spell_in_window,
        count(case when has_spell_or_post_in_window then 1 end) as members_with_spell_or_post_in_window,
        count(distinct person_key) + count(case when person_key is null then 1 end) as active_persons
    from members
    group by month, household_id
)

select
    facts.*,
    household_rows.file,
    household_rows.row_number,
    household_rows.village_code,
    household_rows.risk_cleared,
    household_rows.clearance_method,
    household_rows.risk_1,
    household_rows.risk_2,
    household_rows.risk_3,
    household_rows.risk_4,
    household_rows.risk_5,
    household_rows.household_size,
    household_rows.is_no_labour_household,
    household_rows.is_dwelling_unsafe,
    household_rows.is_water_safe,
    months.previous_month,
    months.cut_off,
    months.window_start,
    months.knowledge_month,
    coalesce(counted.active_rows, 0) as active_rows,
    coalesce(counted.heads, 0) as heads,
    coalesce(counted.spouses, 0) as spouses,
    case when counted.heads = 1 then counted.head_person_id end as only_head_person_id,
    case when counted.heads = 1 then counted.head_sex end as only_head_sex,
    case when counted.heads = 1 then counted.head_age end as only_head_age,
    case when counted.spouses = 1 then counted.spouse_sex end as only_spouse_sex,
    counted.oldest_other_age,
    coalesce(counted.members_without_labour, 0) as members_without_labour,
    coalesce(counted.members_with_labour, 0) as members_with_labour,
    coalesce(counted.members_ill, 0) as members_ill,
    coalesce(counted.members_disabled_or_certified, 0) as members_disabled_or_certified,
    coalesce(counted.members_registered_in_school, 0) as members_registered_in_school,
    coalesce(counted.members_registered_on_assistance, 0) as members_registered_on_assistance,
    coalesce(counted.members_found_on_assistance, 0) as members_found_on_assistance,
    coalesce(counted.members_found_on_dibao_or_tekun, 0) as members_found_on_dibao_or_tekun,
    coalesce(counted.members_fit_for_work, 0) as members_fit_for_work,
    coalesce(counted.members_with_spell_in_window, 0) as members_with_spell_in_window,
    coalesce(counted.members_with_spell_or_post_in_window, 0) as members_with_spell_or_post_in_window,
    coalesce(counted.active_persons, 0) as active_persons
from facts
inner join months
    on facts.month = months.month
inner join household_rows
    on
        facts.month = household_rows.delivery_month
        and facts.household_id = household_rows.household_id
left join counted
    on
        facts.month = counted.month
        and facts.household_id = counted.household_id
