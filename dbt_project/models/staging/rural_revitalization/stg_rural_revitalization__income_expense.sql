-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one accepted row of one delivery of rural_revitalization__income_expense (events).
-- Purpose: types, person_key, and which row of a business key counts (rules.md section 2).

with landed as (
    select * from {{ source('landed', 'rural_revitalization__income_expense') }}
),

typed as (
    select
        delivery_month,
        file,
        cast(row_number as bigint) as row_number,
        household_id,
        cast(income_month as date) as income_month,
        cast(wage_income as decimal(14, 2)) as wage_income,
        cast(public_post_wage as decimal(14, 2)) as public_post_wage,
        cast(business_income as decimal(14, 2)) as business_income,
        cast(business_expense as decimal(14, 2)) as business_expense,
        cast(property_income as decimal(14, 2)) as property_income,
        cast(asset_dividend as decimal(14, 2)) as asset_dividend,
        cast(land_rent as decimal(14, 2)) as land_rent,
        cast(transfer_income as decimal(14, 2)) as transfer_income,
        cast(dibao_income as decimal(14, 2)) as dibao_income,
        cast(tekun_income as decimal(14, 2)) as tekun_income,
        cast(pension_income as decimal(14, 2)) as pension_income,
        cast(other_transfer_income as decimal(14, 2)) as other_transfer_income,
        cast(claim_income as decimal(14, 2)) as claim_income,
        cast(compliant_out_of_pocket as decimal(14, 2)) as compliant_out_of_pocket,
        cast(entered_on as date) as entered_on,
        entered_by,
        income_month as dated_on
    from landed
),

keyed as (
    select
        *,
        coalesce(household_id, '')
        || '|' || coalesce(cast(income_month as {{ text_type() }}), '') as business_key
    from typed
),

ranked as (
    select
        *,
        row_number() over (
            partition by delivery_month, business_key
            order by entered_on desc nulls last, file desc, row_number desc
        ) = 1 as is_counted
    from keyed
),

final as (
    select
        *,
        case
            when is_counted then lead(delivery_month) over (
                partition by business_key, is_counted
                order by delivery_month
            )
        end as superseded_in
    from ranked
)

select * from final
