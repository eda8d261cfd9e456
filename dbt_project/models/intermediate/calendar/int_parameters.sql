-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one month of the calendar.
-- Purpose: every policy number in force in that month, one column each; income lines are in int_lines, lists and
-- tables in int_parameter_entries.

with months as (
    select * from {{ ref('int_calendar') }}
),

policy_parameters as (
    select * from {{ ref('stg_reference__policy_parameters') }}
),

values_in_force as (
    select
        months.month,
        policy_parameters.parameter,
        policy_parameters.value,
        policy_parameters.value_text
    from months
    inner join policy_parameters
        on months.month between policy_parameters.valid_from and policy_parameters.valid_to
)

select
    values_in_force.month,
    max(
        case when values_in_force.parameter = 'asset.min_leaning_ratio' then values_in_force.value end
    ) as asset_min_leaning_ratio,
    max(
        case when values_in_force.parameter = 'burden.education_warning' then values_in_force.value end
    ) as burden_education_warning,
    max(
        case when values_in_force.parameter = 'burden.heavy_ratio' then values_in_force.value end
    ) as burden_heavy_ratio,
    max(
        case when values_in_force.parameter = 'burden.medical_notice' then values_in_force.value end
    ) as burden_medical_notice,
    max(
        case when values_in_force.parameter = 'burden.medical_red' then values_in_force.value end
    ) as burden_medical_red,
    max(
        case when values_in_force.parameter = 'burden.medical_warning' then values_in_force.value end
    ) as burden_medical_warning,
    max(
        case when values_in_force.parameter = 'calendar.entry_deadline_day' then values_in_force.value end
    ) as calendar_entry_deadline_day,
    max(
        case when values_in_force.parameter = 'calendar.reminder_days_after' then values_in_force.value end
    ) as calendar_reminder_days_after,
    max(
        case when values_in_force.parameter = 'calendar.reminder_days_before' then values_in_force.value end
    ) as calendar_reminder_days_before,
    max(
        case when values_in_force.parameter = 'calendar.run_day' then values_in_force.value end
    ) as calendar_run_day,
    max(
        case when values_in_force.parameter = 'calendar.town_ledger_from_day' then values_in_force.value end
    ) as calendar_town_ledger_from_day,
    max(
        case when values_in_force.parameter = 'calendar.town_ledger_to_day' then values_in_force.value end
    ) as calendar_town_ledger_to_day,
    max(
        case when values_in_force.parameter = 'checks.adult_age' then values_in_force.value end
    ) as checks_adult_age,
    max(
        case when values_in_force.parameter = 'checks.aided_inpatient_pay' then values_in_force.value end
    ) as checks_aided_inpatient_pay,
    max(
        case when values_in_force.parameter = 'checks.clearance_months' then values_in_force.value end
    ) as checks_clearance_months,
    max(
        case when values_in_force.parameter = 'checks.copied_months' then values_in_force.value end
    ) as checks_copied_months,
    max(
        case when values_in_force.parameter = 'checks.development_due_months' then values_in_force.value end
    ) as checks_development_due_months,
    max(
        case when values_in_force.parameter = 'checks.dibao_gap_ratio' then values_in_force.value end
    ) as checks_dibao_gap_ratio,
    max(
        case when values_in_force.parameter = 'checks.dibao_gap_yuan' then values_in_force.value end
    ) as checks_dibao_gap_yuan,
    max(
        case when values_in_force.parameter = 'checks.earliest_pension_age' then values_in_force.value end
    ) as checks_earliest_pension_age,
    max(
        case when values_in_force.parameter = 'checks.entry_day' then values_in_force.value end
    ) as checks_entry_day,
    max(
        case when values_in_force.parameter = 'checks.expense_to_income' then values_in_force.value end
    ) as checks_expense_to_income,
    max(
        case when values_in_force.parameter = 'checks.generation_gap' then values_in_force.value end
    ) as checks_generation_gap,
    max(
        case when values_in_force.parameter = 'checks.head_minimum_age' then values_in_force.value end
    ) as checks_head_minimum_age,
    max(
        case when values_in_force.parameter = 'checks.higher_education_age_from' then values_in_force.value end
    ) as checks_higher_education_age_from,
    max(
        case when values_in_force.parameter = 'checks.household_members_most' then values_in_force.value end
    ) as checks_household_members_most,
    max(
        case when values_in_force.parameter = 'checks.identified_income' then values_in_force.value end
    ) as checks_identified_income,
    max(
        case when values_in_force.parameter = 'checks.income_fall' then values_in_force.value end
    ) as checks_income_fall,
    max(
        case when values_in_force.parameter = 'checks.income_rise' then values_in_force.value end
    ) as checks_income_rise,
    max(
        case when values_in_force.parameter = 'checks.junior_secondary_age_from' then values_in_force.value end
    ) as checks_junior_secondary_age_from,
    max(
        case when values_in_force.parameter = 'checks.junior_secondary_age_to' then values_in_force.value end
    ) as checks_junior_secondary_age_to,
    max(
        case when values_in_force.parameter = 'checks.loan_maximum_age' then values_in_force.value end
    ) as checks_loan_maximum_age,
    max(
        case when values_in_force.parameter = 'checks.loan_maximum_months' then values_in_force.value end
    ) as checks_loan_maximum_months,
    max(
        case when values_in_force.parameter = 'checks.loan_maximum_principal' then values_in_force.value end
    ) as checks_loan_maximum_principal,
    max(
        case when values_in_force.parameter = 'checks.loan_minimum_age' then values_in_force.value end
    ) as checks_loan_minimum_age,
    max(
        case when values_in_force.parameter = 'checks.match_share_drop' then values_in_force.value end
    ) as checks_match_share_drop,
    max(
        case when values_in_force.parameter = 'checks.measure_due_months' then values_in_force.value end
    ) as checks_measure_due_months,
    max(
        case when values_in_force.parameter = 'checks.pension_age' then values_in_force.value end
    ) as checks_pension_age,
    max(
        case when values_in_force.parameter = 'checks.preschool_age_to' then values_in_force.value end
    ) as checks_preschool_age_to,
    max(
        case when values_in_force.parameter = 'checks.primary_age_from' then values_in_force.value end
    ) as checks_primary_age_from,
    max(
        case when values_in_force.parameter = 'checks.primary_age_to' then values_in_force.value end
    ) as checks_primary_age_to,
    max(
        case when values_in_force.parameter = 'checks.public_post_age_limit' then values_in_force.value end
    ) as checks_public_post_age_limit,
    max(
        case when values_in_force.parameter = 'checks.senior_secondary_age_from' then values_in_force.value end
    ) as checks_senior_secondary_age_from,
    max(
        case when values_in_force.parameter = 'checks.senior_secondary_age_to' then values_in_force.value end
    ) as checks_senior_secondary_age_to,
    max(
        case when values_in_force.parameter = 'checks.settlement_gap_ratio' then values_in_force.value end
    ) as checks_settlement_gap_ratio,
    max(
        case when values_in_force.parameter = 'checks.settlement_gap_yuan' then values_in_force.value end
    ) as checks_settlement_gap_yuan,
    max(
        case when values_in_force.parameter = 'checks.small_wage' then values_in_force.value end
    ) as checks_small_wage,
    max(
        case when values_in_force.parameter = 'checks.spell_update_months' then values_in_force.value end
    ) as checks_spell_update_months,
    max(
        case when values_in_force.parameter = 'checks.sub_items_gap' then values_in_force.value end
    ) as checks_sub_items_gap,
    max(
        case when values_in_force.parameter = 'checks.very_high_income' then values_in_force.value end
    ) as checks_very_high_income,
    max(
        case when values_in_force.parameter = 'checks.very_low_income' then values_in_force.value end
    ) as checks_very_low_income,
    max(
        case when values_in_force.parameter = 'checks.wage_maximum' then values_in_force.value end
    ) as checks_wage_maximum,
    max(
        case when values_in_force.parameter = 'checks.wage_minimum' then values_in_force.value end
    ) as checks_wage_minimum,
    max(
        case when values_in_force.parameter = 'education.aid_months' then values_in_force.value end
    ) as education_aid_months,
    max(
        case when values_in_force.parameter = 'education.school_age_from' then values_in_force.value end
    ) as education_school_age_from,
    max(
        case when values_in_force.parameter = 'education.school_age_to' then values_in_force.value end
    ) as education_school_age_to,
    max(
        case when values_in_force.parameter = 'education.school_year_starts_in' then values_in_force.value end
    ) as education_school_year_starts_in,
    max(
        case when values_in_force.parameter = 'employment.follow_up_days' then values_in_force.value end
    ) as employment_follow_up_days,
    max(
        case when values_in_force.parameter = 'employment.guidance_required' then values_in_force.value end
    ) as employment_guidance_required,
    max(
        case when values_in_force.parameter = 'employment.offers_required' then values_in_force.value end
    ) as employment_offers_required,
    max(
        case when values_in_force.parameter = 'employment.returned_within_days' then values_in_force.value end
    ) as employment_returned_within_days,
    max(
        case when values_in_force.parameter = 'employment.trainings_required' then values_in_force.value end
    ) as employment_trainings_required,
    max(
        case when values_in_force.parameter = 'entitlement.medical_aid_burden' then values_in_force.value end
    ) as entitlement_medical_aid_burden,
    max(
        case when values_in_force.parameter = 'entitlement.medical_aid_burden_on_assistance' then values_in_force.value end
    ) as entitlement_medical_aid_burden_on_assistance,
    max(
        case when values_in_force.parameter = 'entitlement.pension_age' then values_in_force.value end
    ) as entitlement_pension_age,
    max(
        case when values_in_force.parameter = 'entitlement.travel_days' then values_in_force.value end
    ) as entitlement_travel_days,
    max(
        case when values_in_force.parameter = 'household.headcount_method' then values_in_force.value_text end
    ) as household_headcount_method,
    max(
        case when values_in_force.parameter = 'income.min_months_observed' then values_in_force.value end
    ) as income_min_months_observed,
    max(
        case when values_in_force.parameter = 'intake.amount_median_least' then values_in_force.value end
    ) as intake_amount_median_least,
    max(
        case when values_in_force.parameter = 'intake.amount_median_most' then values_in_force.value end
    ) as intake_amount_median_most,
    max(
        case when values_in_force.parameter = 'intake.amount_scale_fewest' then values_in_force.value end
    ) as intake_amount_scale_fewest,
    max(
        case when values_in_force.parameter = 'intake.amount_scale_tolerance' then values_in_force.value end
    ) as intake_amount_scale_tolerance,
    max(
        case when values_in_force.parameter = 'intake.blank_share_jump' then values_in_force.value end
    ) as intake_blank_share_jump,
    max(
        case when values_in_force.parameter = 'intake.row_change_ratio' then values_in_force.value end
    ) as intake_row_change_ratio,
    max(
        case when values_in_force.parameter = 'key_groups.elderly_age' then values_in_force.value end
    ) as key_groups_elderly_age,
    max(
        case when values_in_force.parameter = 'labour.maximum_age' then values_in_force.value end
    ) as labour_maximum_age,
    max(
        case when values_in_force.parameter = 'labour.minimum_age' then values_in_force.value end
    ) as labour_minimum_age,
    max(
        case when values_in_force.parameter = 'matching.accept_lead' then values_in_force.value end
    ) as matching_accept_lead,
    max(
        case when values_in_force.parameter = 'matching.accept_probability' then values_in_force.value end
    ) as matching_accept_probability,
    max(
        case when values_in_force.parameter = 'matching.review_probability' then values_in_force.value end
    ) as matching_review_probability,
    max(
        case when values_in_force.parameter = 'meeting.smallest_count' then values_in_force.value end
    ) as meeting_smallest_count,
    max(
        case when values_in_force.parameter = 'microcredit.due_soon_days' then values_in_force.value end
    ) as microcredit_due_soon_days,
    max(
        case when values_in_force.parameter = 'microcredit.max_months' then values_in_force.value end
    ) as microcredit_max_months,
    max(
        case when values_in_force.parameter = 'microcredit.subsidised_limit' then values_in_force.value end
    ) as microcredit_subsidised_limit,
    max(
        case when values_in_force.parameter = 'pension.minimum_age' then values_in_force.value end
    ) as pension_minimum_age,
    max(
        case when values_in_force.parameter = 'production.payment_days' then values_in_force.value end
    ) as production_payment_days,
    max(
        case when values_in_force.parameter = 'public_post.ending_days' then values_in_force.value end
    ) as public_post_ending_days,
    max(
        case when values_in_force.parameter = 'relapse.renewal_days' then values_in_force.value end
    ) as relapse_renewal_days,
    max(
        case when values_in_force.parameter = 'thresholds.f08' then values_in_force.value end
    ) as thresholds_f08,
    max(
        case when values_in_force.parameter = 'thresholds.f39' then values_in_force.value end
    ) as thresholds_f39,
    max(
        case when values_in_force.parameter = 'thresholds.failing_share' then values_in_force.value end
    ) as thresholds_failing_share,
    max(
        case when values_in_force.parameter = 'thresholds.g16' then values_in_force.value end
    ) as thresholds_g16,
    max(
        case when values_in_force.parameter = 'thresholds.g17' then values_in_force.value end
    ) as thresholds_g17,
    max(
        case when values_in_force.parameter = 'thresholds.k01' then values_in_force.value end
    ) as thresholds_k01,
    max(
        case when values_in_force.parameter = 'thresholds.worsening' then values_in_force.value end
    ) as thresholds_worsening,
    max(
        case when values_in_force.parameter = 'training.subsidy_days' then values_in_force.value end
    ) as training_subsidy_days,
    max(
        case when values_in_force.parameter = 'worklist.answer_working_days' then values_in_force.value end
    ) as worklist_answer_working_days,
    max(
        case when values_in_force.parameter = 'worklist.handout_day' then values_in_force.value end
    ) as worklist_handout_day
from values_in_force
group by values_in_force.month
