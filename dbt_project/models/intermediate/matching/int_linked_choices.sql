-- Grain: one identity that the model connects with a member (month, identity_id, person_id).
-- Purpose: what the probabilities are good for. Joined: from the parameter's probability on, with a lead over the next person,
-- in the household or village that the row names, with names that agree or nearly agree and no contradiction: measured on name
-- and number alone, what is left at 0.99 was right in a third of the cases. Otherwise, from the second parameter on, a
-- question for a person. Source: rules.md section 2, tier 3; config/parameters/matching.

with pairs as (
    select
        pairs.*,
        members.person,
        members.is_active,
        members.bare_name as member_name,
        members.trusted_key as member_key,
        members.sex as member_sex,
        identities.name,
        identities.person_key as identity_key,
        identities.sex,
        pairs.is_same_household or pairs.is_same_village as is_same_place
    from {{ ref('int_linked_pairs') }} as pairs
    inner join {{ ref('int_roster_members') }} as members
        on
            pairs.month = members.month
            and pairs.person_id = members.person_id
    inner join {{ ref('int_open_identities') }} as identities
        on
            pairs.month = identities.month
            and pairs.identity_id = identities.identity_id
    left join {{ ref('int_match_decisions') }} as refused
        on
            pairs.month = refused.month
            and pairs.identity_id = refused.identity_id
            and pairs.person_id = refused.person_id
            and refused.decision = '不是同一人'
    where refused.identity_id is null
),

persons as (
    select
        month,
        identity_id,
        person,
        max(weight) as weight
    from pairs
    group by month, identity_id, person
),

leads as (
    select
        month,
        identity_id,
        person,
        weight - coalesce(
            lead(weight) over (partition by month, identity_id order by weight desc, person asc), weight - 100
        ) as lead_in_bits,
        row_number() over (partition by month, identity_id order by weight desc, person asc) as place
    from persons
)

select
    pairs.month,
    pairs.identity_id,
    pairs.person_id,
    pairs.person,
    pairs.is_active,
    pairs.probability,
    pairs.model_sha256,
    pairs.probability >= parameters.matching_accept_probability
    and leads.lead_in_bits >= parameters.matching_accept_lead
    and leads.place = 1
    and pairs.is_same_place
    and not (pairs.identity_key is not null and pairs.member_key is not null)
    and not coalesce(pairs.sex <> pairs.member_sex, false)
    and (pairs.name = pairs.member_name or {{ names_nearly_agree('pairs.name', 'pairs.member_name') }}) as is_accepted,
    pairs.probability >= parameters.matching_review_probability and leads.place = 1 as is_to_review
from pairs
inner join leads
    on
        pairs.month = leads.month
        and pairs.identity_id = leads.identity_id
        and pairs.person = leads.person
inner join {{ ref('int_parameters') }} as parameters
    on pairs.month = parameters.month
