-- Grain: one household of the roster of a computed month (month, household_id).
-- Purpose: what its members add up to; a person with two rows in the household counts once, but what is said of every member is
-- said of every row. Source: rules.md section 2, 3, 7.

with months as (
    select * from {{ ref('int_months') }}
),

households as (
    select * from {{ ref('int_households') }}
),

member_rows as (
    select * from {{ ref('int_person_months') }}
),

persons as (
    select * from member_rows
    where is_first_row_in_household
),

every_row as (
    select
        month,
        household_id,
        bool_and(is_without_labour) as is_without_labour,
        bool_or(is_worker) and not coalesce(bool_or(employment_status in ('public_post', 'employed')), false)
            as is_without_employment
    from member_rows
    group by month, household_id
)

select
    months.month,
    households.household_id,
    count(persons.person_id) as members,
    count(case when persons.is_on_assistance then 1 end) as members_on_assistance,
    count(case when persons.is_disabled then 1 end) as members_disabled,
    count(case when persons.is_in_school then 1 end) as members_in_school,
    count(case when persons.is_worker then 1 end) as workers,
    count(case when persons.employment_status in ('public_post', 'employed') then 1 end) as workers_employed,
    count(case when persons.premium_status = 'uninsured' then 1 end) as uninsured_members,
    cast(coalesce(sum(persons.medical_12m), 0) as decimal(14, 2)) as medical_12m,
    cast(coalesce(sum(persons.education_net), 0) as decimal(14, 2)) as education_net,
    max(persons.medical_12m) as highest_medical_12m,
    max(persons.education_net) as highest_education_net,
    coalesce(bool_or(every_row.is_without_labour), false) as is_without_labour,
    coalesce(bool_or(every_row.is_without_employment), false) as is_without_employment
from months
inner join households
    on months.month = households.delivery_month
left join persons
    on
        months.month = persons.month
        and households.household_id = persons.household_id
left join every_row
    on
        months.month = every_row.month
        and households.household_id = every_row.household_id
group by months.month, households.household_id
