-- Grain: one row of the certificate roll that counts and is matched to the roster (month, file, row_number).
-- Purpose: what the checks of disability certificates look at: class and grade as registered beside what characters 19 and 20
-- of the number say. Source: rules.md section 2, 3, 10; checks.csv E05, E08.

with months as (
    select * from {{ ref('int_months') }}
),

checked_rows as (
    select * from {{ ref('int_checked_rows') }}
    where extract = 'disabled_federation__certificate'
),

certificates as (
    select
        *,
        case when length(certificate_number_normalized) in (20, 22) then substr(certificate_number_normalized, 19, 1) end
            as number_class_digit,
        case when length(certificate_number_normalized) in (20, 22) then substr(certificate_number_normalized, 20, 1) end
            as number_grade_digit
    from {{ ref('stg_disabled_federation__certificate') }}
),

code_values as (
    select
        code_list,
        value,
        cast(position as {{ text_type() }}) as digit
    from {{ ref('stg_reference__code_values') }}
)

select
    checked_rows.month,
    checked_rows.extract,
    checked_rows.file,
    checked_rows.row_number,
    checked_rows.match_method,
    checked_rows.person_id,
    checked_rows.household_id,
    checked_rows.town,
    checked_rows.village,
    months.cut_off,
    certificates.status,
    certificates.issued_on,
    certificates.valid_until,
    certificates.disability_class,
    certificates.disability_grade,
    classes.digit as class_digit,
    grades.digit as grade_digit,
    certificates.number_class_digit,
    certificates.number_grade_digit,
    number_classes.value as number_class,
    number_grades.value as number_grade
from checked_rows
inner join months
    on checked_rows.month = months.month
inner join certificates
    on
        checked_rows.month = certificates.delivery_month
        and checked_rows.file = certificates.file
        and checked_rows.row_number = certificates.row_number
left join code_values as classes
    on
        classes.code_list = 'disability_class'
        and certificates.disability_class = classes.value
left join code_values as grades
    on
        grades.code_list = 'disability_grade'
        and certificates.disability_grade = grades.value
left join code_values as number_classes
    on
        number_classes.code_list = 'disability_class'
        and certificates.number_class_digit = number_classes.digit
left join code_values as number_grades
    on
        number_grades.code_list = 'disability_grade'
        and certificates.number_grade_digit = number_grades.digit
