-- Grain: one household of the roster of a computed month (month, household_id), monitored or not.
-- Purpose: what the checks of monitoring look at: how long since identification, how long until clearance, the measures since,
-- the risks that none of them answers and the guarantees it lacks. Source: rules.md section 3, 7, 10; checks.csv C15, C20, C26;
-- checks_added.csv C27-C30, E12, F36, F37, G22.

with households as (
    select * from {{ ref('int_checked_households') }}
),

answers as (
    select * from {{ ref('int_parameter_entries') }}
    where parameter = 'measure.answers_risk'
),

measures as (
    select * from {{ ref('stg_rural_revitalization__assistance_measure') }}
),

shortfalls as (
    select * from {{ ref('int_guarantee_shortfalls') }}
),

risks as (
    select * from {{ ref('int_household_risks') }}
),

household_measures as (
    select
        households.month,
        households.household_id,
        measures.measure_type,
        measures.measure_name,
        coalesce(measures.measure_date >= households.identified_month, false) as is_since_identified,
        measures.measure_date < {{ add_months('households.cleared_month', 1) }} as is_before_cleared,
        measures.measure_date >= households.window_start as is_in_window
    from households
    inner join measures
        on
            households.household_id = measures.household_id
            and {{ is_known('measures', 'households.knowledge_month') }}
    where measures.measure_date <= households.cut_off
),

counted_measures as (
    select
        month,
        household_id,
        count(case when is_since_identified then 1 end) as since_identified,
        count(
            case
                when is_since_identified and measure_type in ('产业帮扶', '就业帮扶', '金融帮扶', '公益岗位帮扶') then 1
            end
        ) as developing_since_identified,
        count(case when is_since_identified and measure_type = '综合保障' then 1 end) as securing_since_identified,
        count(case when is_since_identified and is_before_cleared then 1 end) as until_cleared,
        count(case when is_in_window and measure_type in ('就业帮扶', '公益岗位帮扶') then 1 end) as employing_in_window,
        count(
            case when is_in_window and (measure_name like '%低保%' or measure_name like '%特困%') then 1 end
        ) as assisting_in_window
    from household_measures
    group by month, household_id
),

answered_risks as (
    select distinct
        risks.month,
        risks.household_id,
        risks.risk
    from risks
    inner join answers
        on
            risks.month = answers.month
            and risks.risk = answers.item
    inner join household_measures
        on
            risks.month = household_measures.month
            and risks.household_id = household_measures.household_id
            and answers.entry = household_measures.measure_type
    where household_measures.is_since_identified
),

answerable as (
    select distinct
        month,
        item as risk
    from answers
),

unanswered as (
    select
        risks.month,
        risks.household_id,
        {{ joined_texts('risks.risk') }} as unanswered_risks
    from risks
    inner join answerable
        on
            risks.month = answerable.month
            and risks.risk = answerable.risk
    left join answered_risks
        on
            risks.month = answered_risks.month
            and risks.household_id = answered_risks.household_id
            and risks.risk = answered_risks.risk
    where answered_risks.risk is null
    group by risks.month, risks.household_id
),

lacking as (
    select
        month,
        household_id,
        {{ joined_texts("""case shortfall
            when 'out_of_school' then '义务教育阶段不在学'
            when 'uninsured' then '未参保'
            when 'unsafe_dwelling' then '住房不安全'
            when 'unsafe_water' then '饮水不安全'
        end""") }} as guarantees,
        count(case when shortfall = 'out_of_school' then 1 end) as members_out_of_school,
        count(case when shortfall = 'uninsured' then 1 end) as members_uninsured
    from shortfalls
    group by month, household_id
)

select
    households.month,
    households.household_id,
    households.town,
    households.village,
    households.file,
    households.row_number,
    households.is_in_scope,
    households.is_monitored,
    households.is_monitored_active,
    households.identified_month,
    households.risk_cleared,
    households.cleared_month,
    households.clearance_method,
    coalesce(
        '因务工就业不稳' in (households.risk_1, households.risk_2, households.risk_3, households.risk_4, households.risk_5),
        false
    ) as has_risk_of_unstable_work,
    households.previous_month,
    households.cut_off,
    households.window_start,
    households.knowledge_month,
    households.members_fit_for_work,
    households.members_found_on_dibao_or_tekun,
    households.members_with_spell_in_window,
    households.members_with_spell_or_post_in_window,
    {{ months_between('households.identified_month', 'households.month') }} as months_since_identified,
    {{ months_between('households.identified_month', 'households.cleared_month') }} as months_until_cleared,
    {{ months_between('households.cleared_month', 'households.month') }} as months_since_cleared,
    coalesce(counted_measures.since_identified, 0) as measures_since_identified,
    coalesce(counted_measures.developing_since_identified, 0) as developing_measures_since_identified,
    coalesce(counted_measures.securing_since_identified, 0) as securing_measures_since_identified,
    coalesce(counted_measures.until_cleared, 0) as measures_until_cleared,
    coalesce(counted_measures.employing_in_window, 0) as employing_measures_in_window,
    coalesce(counted_measures.assisting_in_window, 0) as assisting_measures_in_window,
    unanswered.unanswered_risks,
    lacking.guarantees as lacking_guarantees,
    coalesce(lacking.members_out_of_school, 0) as members_out_of_school,
    coalesce(lacking.members_uninsured, 0) as members_uninsured
from households
left join counted_measures
    on
        households.month = counted_measures.month
        and households.household_id = counted_measures.household_id
left join unanswered
    on
        households.month = unanswered.month
        and households.household_id = unanswered.household_id
left join lacking
    on
        households.month = lacking.month
        and households.household_id = lacking.household_id
