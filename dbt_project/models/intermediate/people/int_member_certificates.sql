-- Grain: one member with a 有效 disability certificate in a month (month, person_id).
-- Purpose: the most severe grade; where blank, character 20 of the certificate number says it. Source: rules.md section 3.

with certificates as (
    {{ member_rows('disabled_federation__certificate') }}
),

grades as (
    select * from {{ ref('stg_reference__code_values') }}
    where code_list = 'disability_grade'
),

graded as (
    select
        certificates.month,
        certificates.person_id,
        min(coalesce(by_name.position, by_number.position)) as position
    from certificates
    left join grades as by_name
        on certificates.disability_grade = by_name.value
    left join grades as by_number
        on
            certificates.disability_grade is null
            and length(certificates.certificate_number_normalized) in (20, 22)
            and substr(certificates.certificate_number_normalized, 20, 1) = cast(by_number.position as {{ text_type() }})
    where certificates.status = '有效'
    group by certificates.month, certificates.person_id
)

select
    graded.month,
    graded.person_id,
    grades.value as disability_grade,
    coalesce(grades.value in ('一级', '二级'), false) as is_severe
from graded
left join grades
    on graded.position = grades.position
