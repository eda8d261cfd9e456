-- Grain: one gap of a household in scope or of one of its members in a computed month (month, gap, household_id, person_id).
-- Purpose: who is entitled to something and, as far as the extracts say, does not get it; each gap only where what it needs
-- arrived. Source: ledgers.md section 6; 新农组办〔2023〕3号 art. 7, 20.

with months as (
    select * from {{ ref('int_months') }}
),

parameters as (
    select * from {{ ref('int_parameters') }}
),

parameter_entries as (
    select * from {{ ref('int_parameter_entries') }}
),

person_months as (
    select * from {{ ref('int_person_months') }}
    where is_in_scope
),

policies as (
    select * from {{ ref('int_member_relapse_policies') }}
),

living_subsidies as (
    select
        month,
        person_id
    from {{ ref('int_checked_disability_subsidies') }}
    where subsidy_type = '困难残疾人生活补贴'
),

referred as (
    select * from {{ ref('int_referral_reasons') }}
    where reason in ('nursing_subsidy', 'student_without_aid')
),

persons as (
    select
        person_months.*,
        months.previous_month,
        months.window_start,
        months.cut_off,
        make_date(months.cut_off_year, 1, 1) as year_start,
        parameters.education_aid_months,
        parameters.entitlement_pension_age,
        parameters.entitlement_travel_days,
        case
            when person_months.is_on_assistance then parameters.entitlement_medical_aid_burden_on_assistance
            else parameters.entitlement_medical_aid_burden
        end as medical_aid_burden,
        pension_statuses.entry is not null as is_pension_gap_status,
        travel_areas.entry is not null as is_travel_area,
        policies.policy_state,
        living_subsidies.person_id is not null as has_living_subsidy
    from person_months
    inner join months
        on person_months.month = months.month
    inner join parameters
        on person_months.month = parameters.month
    left join parameter_entries as pension_statuses
        on
            person_months.month = pension_statuses.month
            and pension_statuses.parameter = 'entitlement.pension_gap_statuses'
            and person_months.pension_status = pension_statuses.entry
    left join parameter_entries as travel_areas
        on
            person_months.month = travel_areas.month
            and travel_areas.parameter = 'entitlement.travel_areas'
            and person_months.work_area = travel_areas.entry
    left join policies
        on
            person_months.month = policies.month
            and person_months.person_id = policies.person_id
    left join living_subsidies
        on
            person_months.month = living_subsidies.month
            and person_months.person_id = living_subsidies.person_id
),

household_months as (
    select
        household_months.*,
        months.cut_off
    from {{ ref('int_household_months') }} as household_months
    inner join months
        on household_months.month = months.month
    where household_months.is_in_scope
),

burdens as (
    select * from {{ ref('int_expenditure_burdens') }}
    where is_heavy_ratio or falls_below_after_burden
),

relieved as (
    select * from {{ ref('int_relieved_households') }}
),

{% set no_amount = 'cast(null as decimal(14, 2))' -%}
{% set person_gaps = {
    'medical_uninsured': {
        'when': "premium_status = 'uninsured'", 'from': 'year_start', 'found': 'premium_status',
        'doubtful': 'is_uninsured_doubtful',
    },
    'medical_premium': {
        'when': "premium_status in ('self_paid', 'partly_subsidised')", 'from': 'year_start', 'found': 'premium_status',
        'amount': 'premium_paid',
    },
    'pension_uninsured': {
        'when': "pension_status = 'uninsured' and age < entitlement_pension_age", 'from': 'year_start', 'found': 'pension_status',
    },
    'pension_premium': {
        'when': 'is_pension_gap_status and age < entitlement_pension_age', 'from': 'year_start', 'found': 'pension_status',
        'amount': 'pension_premium_paid',
    },
    'pension_not_received': {
        'when': "pension_status not in ('receiving', 'employee') and age >= entitlement_pension_age", 'from': 'cut_off',
        'found': 'pension_status',
    },
    'living_subsidy': {
        'when': 'has_valid_certificate and found_on_dibao and not has_living_subsidy', 'from': 'previous_month',
        'found': 'assistance_type',
    },
    'medical_aid': {
        'when': 'medical_12m >= medical_aid_burden and medical_aid_12m <= 0', 'from': 'window_start', 'found': 'assistance_type',
        'amount': 'medical_12m',
    },
    'relapse_insurance': {
        'when': "coalesce(policy_state, 'none') <> 'valid'", 'from': 'cut_off', 'found': "coalesce(policy_state, 'none')",
    },
    'travel_subsidy': {
        'when': "employment_status = 'employed' and is_travel_area and not has_travel_subsidy and "
        ~ days_between('started_on', 'cut_off') ~ ' >= entitlement_travel_days',
        'from': 'window_start', 'found': 'work_area',
    },
    'public_post': {
        'when': "labour_skill = '弱劳动力或半劳动力' and (employment_status = 'seeking'"
        ~ " or (employment_status = 'returned' and employment_intention = '有意愿'))",
        'from': 'cut_off', 'found': 'employment_status',
    },
} -%}
found_gaps as (
    {% for gap, terms in person_gaps.items() -%}
    select
        month,
        '{{ gap }}' as gap,
        household_id,
        person_id,
        name,
        {{ terms['from'] }} as period_from,
        cut_off as period_to,
        {{ terms['found'] }} as found,
        {{ terms['amount'] or no_amount }} as amount,
        {{ terms['doubtful'] or 'false' }} as is_doubtful
    from persons
    where {{ terms['when'] }}
    union all
    {% endfor -%}
    select
        persons.month,
        case referred.reason when 'nursing_subsidy' then 'nursing_subsidy' else 'student_aid' end as gap,
        persons.household_id,
        persons.person_id,
        persons.name,
        case
            when referred.reason = 'nursing_subsidy' then persons.previous_month
            else {{ add_months('persons.month', '-persons.education_aid_months') }}
        end as period_from,
        persons.cut_off as period_to,
        case when referred.reason = 'nursing_subsidy' then persons.disability_grade else persons.school_stage end as found,
        case when referred.reason = 'student_without_aid' then persons.education_net end as amount,
        false as is_doubtful
    from persons
    inner join referred
        on
            persons.month = referred.month
            and persons.person_id = referred.person_id
    union all
    select
        burdens.month,
        'temporary_relief' as gap,
        burdens.household_id,
        '' as person_id,
        cast(null as {{ text_type() }}) as name,
        months.window_start as period_from,
        months.cut_off as period_to,
        case when burdens.falls_below_after_burden then 'falls_below_after_burden' else 'is_heavy_ratio' end as found,
        cast(burdens.burden_12m as decimal(14, 2)) as amount,
        false as is_doubtful
    from burdens
    inner join months
        on burdens.month = months.month
    left join relieved
        on
            burdens.month = relieved.month
            and burdens.household_id = relieved.household_id
    where relieved.household_id is null
    union all
    select
        month,
        'dwelling_renovation' as gap,
        household_id,
        '' as person_id,
        cast(null as {{ text_type() }}) as name,
        cut_off as period_from,
        cut_off as period_to,
        coalesce(unsafe_dwelling_grade, 'platform') as found,
        {{ no_amount }} as amount,
        false as is_doubtful
    from household_months
    where has_unsafe_dwelling
),

deliveries as (
    select * from {{ ref('int_deliveries') }}
),

terms as (
    select
        gaps.gap,
        gaps.target_department,
        gaps.rests_on
    from (
        values
        {%- for gap, terms in entitlement_gaps().items() %}
        ('{{ gap }}', '{{ terms['department'] }}', '{{ terms['rests_on'] }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as gaps (gap, target_department, rests_on)
),

needs as (
    select
        needs.gap,
        needs.extract
    from (
        values
        {%- for gap, terms in entitlement_gaps().items() %}
        {%- for extract in terms['needs'] %}
        ('{{ gap }}', '{{ extract }}'),
        {%- endfor %}
        {%- endfor %}
        (null, null)
    ) as needs (gap, extract)
    where needs.gap is not null
),

-- a gap without what it needs has no rows
not_applicable as (
    select distinct
        deliveries.delivery_month as month,
        needs.gap
    from needs
    inner join deliveries
        on needs.extract = deliveries.extract
    where not deliveries.has_arrived
),

reviewed_gaps as (
    select
        reviews.gap,
        reviews.extract
    from (
        values
        {%- for gap, terms in entitlement_gaps().items() %}
        {%- for extract in terms['reviews'] or [] %}
        ('{{ gap }}', '{{ extract }}'),
        {%- endfor %}
        {%- endfor %}
        (null, null)
    ) as reviews (gap, extract)
    where reviews.gap is not null
),

uncertain as (
    select distinct
        reviews.month,
        reviewed_gaps.gap,
        members.household_id,
        members.person_id
    from {{ ref('int_uncertain_members') }} as reviews
    inner join reviewed_gaps
        on reviews.extract = reviewed_gaps.extract
    inner join {{ ref('int_roster_members') }} as members
        on
            reviews.month = members.month
            and reviews.person_id = members.person_id
),

uncertain_households as (
    select distinct
        month,
        gap,
        household_id
    from uncertain
)

select
    found_gaps.month,
    found_gaps.gap,
    found_gaps.household_id,
    found_gaps.person_id,
    found_gaps.name,
    terms.target_department,
    terms.rests_on,
    found_gaps.period_from,
    found_gaps.period_to,
    found_gaps.found,
    found_gaps.amount,
    case
        when found_gaps.person_id = '' then uncertain_households.household_id is not null
        else uncertain.person_id is not null or found_gaps.is_doubtful
    end as is_uncertain
from found_gaps
inner join terms
    on found_gaps.gap = terms.gap
left join not_applicable
    on
        found_gaps.month = not_applicable.month
        and found_gaps.gap = not_applicable.gap
left join uncertain
    on
        found_gaps.month = uncertain.month
        and found_gaps.gap = uncertain.gap
        and found_gaps.person_id = uncertain.person_id
left join uncertain_households
    on
        found_gaps.person_id = ''
        and found_gaps.month = uncertain_households.month
        and found_gaps.gap = uncertain_households.gap
        and found_gaps.household_id = uncertain_households.household_id
where not_applicable.gap is null
