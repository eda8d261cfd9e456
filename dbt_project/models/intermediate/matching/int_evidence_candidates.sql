-- Grain: one open identity and one member whom a step of the evidence accepts (month, identity_id, person_id).
-- Purpose: the deterministic steps of tier 3, strongest first, each measured to be right in 9,999 of 10,000 cases or more; a
-- near name ranks behind every name that agrees. Source: rules.md section 2, tier 3.

with features as (
    select
        *,
        name_agreement in ('equal', 'same_sound') as names_agree,
        not is_identity_usable or not is_member_usable as is_one_unusable,
        -- the number's owner may be the one meant, with a slip in the surname
        bool_or(
            document_agreement in ('equal', 'one_edit')
            and name_agreement = 'near'
            and substr(name, 2) = substr(member_name, 2)
        ) over (partition by month, identity_id) as is_near_owner,
        -- a brother's number: the row may be about the household member whose name is as near
        bool_or(is_by_others_document and name_agreement <> 'other' and length(name) > 2) over (
            partition by month, identity_id
        ) as is_near_another
    from {{ ref('int_evidence_features') }}
),

refused as (
    select
        month,
        identity_id,
        person_id
    from {{ ref('int_match_decisions') }}
    where
        decision = '不是同一人'
        and person_id is not null
),

-- of a register with one row per person, a member whose own row is there already is not also the bearer of a broken number
identity_extracts as (
    select distinct
        department_rows.delivery_month as month,
        department_rows.identity_id,
        department_rows.extract
    from {{ ref('int_department_rows') }} as department_rows
    inner join {{ ref('stg_reference__extracts') }} as extracts
        on department_rows.extract = extracts.extract
    where
        department_rows.is_counted
        and extracts.kind = 'roll'
),

taken as (
    select distinct
        features.month,
        features.identity_id,
        features.person
    from features
    inner join identity_extracts
        on
            features.month = identity_extracts.month
            and features.identity_id = identity_extracts.identity_id
    inner join {{ ref('int_identity_choices') }} as choices
        on
            features.month = choices.month
            and features.person = choices.person
            and choices.persons = 1
    inner join identity_extracts as own_extracts
        on
            choices.month = own_extracts.month
            and choices.identity_id = own_extracts.identity_id
            and identity_extracts.extract = own_extracts.extract
    where features.document_agreement in ('one_edit', 'two_places', 'masked')
),

compared as (
    select
        features.*,
        taken.identity_id is not null as is_taken
    from features
    left join taken
        on
            features.month = taken.month
            and features.identity_id = taken.identity_id
            and features.person = taken.person
),

stepped as (
    select
        *,
        case
            when names_agree and document_agreement = 'equal' then 'same_number'
            when names_agree and document_agreement = 'digits_left' then 'digits_left'
            when
                name_agreement = 'equal' and document_agreement = 'masked'
                and (birth_agreement = 'equal' or not is_taken)
                then 'masked_document'
            when names_agree and is_by_others_document and not is_near_owner then 'document_of_household_member'
            when
                names_agree
                and is_by_household_document
                and (name_agreement = 'equal' or birth_agreement in ('equal', 'unknown'))
                then 'household_document'
            when
                names_agree and birth_agreement = 'equal' and is_one_unusable and not is_other_sex
                and (document_agreement <> 'many_places' or not is_identity_usable or is_member_doubtful)
                then 'birth_date'
            when
                name_agreement = 'equal' and village_agreement = 'equal' and not is_identity_usable
                and birth_agreement in ('unknown', 'near')
                then 'village'
            when
                is_equal_document and (name_agreement = 'gaps' or (name_agreement = 'near' and not is_near_another))
                then 'near_name'
            when
                name_agreement in ('near', 'gaps') and document_agreement = 'one_edit' and birth_agreement = 'equal'
                and is_one_unusable and not is_taken
                then 'near_name_near_number'
            when is_without_name and is_equal_document and not is_near_another then 'no_name'
            when
                is_newborn and ((is_by_others_document and is_identity_usable) or (is_equal_document and not is_other_sex))
                then 'newborn'
            when
                names_agree and document_agreement in ('one_edit', 'two_places') and is_one_unusable and not is_taken
                then 'two_places'
        end as step
    from compared
)

select
    stepped.month,
    stepped.identity_id,
    stepped.person_id,
    stepped.person,
    stepped.is_active,
    stepped.identity_key,
    stepped.name_agreement,
    stepped.step,
    case when stepped.step in ('near_name', 'near_name_near_number', 'no_name', 'newborn') then 2 else 1 end as rank_of_step
from stepped
left join refused
    on
        stepped.month = refused.month
        and stepped.identity_id = refused.identity_id
        and stepped.person_id = refused.person_id
where
    stepped.step is not null
    and refused.identity_id is null
