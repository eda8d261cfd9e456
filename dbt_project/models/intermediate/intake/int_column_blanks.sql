-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one column of one extract in one delivery that brought rows (extract, delivery_month, field).
-- Purpose: in how many accepted rows the column is blank; every extract is read once.

with rural_revitalization__assistance_measure_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(household_id) as household_id,
        count(id_number) as id_number,
        count(measure_type) as measure_type,
        count(measure_name) as measure_name,
        count(amount) as amount,
        count(measure_date) as measure_date,
        count(responsible_department) as responsible_department
    from {{ source('landed', 'rural_revitalization__assistance_measure') }}
    group by delivery_month
),

rural_revitalization__feedback_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(item_code) as item_code,
        count(result) as result,
        count(verified_income) as verified_income,
        count(measure) as measure,
        count(reason) as reason,
        count(waived_until) as waived_until,
        count(answered_on) as answered_on,
        count(answered_by) as answered_by,
        count(row_seal) as row_seal
    from {{ source('landed', 'rural_revitalization__feedback') }}
    group by delivery_month
),

rural_revitalization__household_roster_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(household_id) as household_id,
        count(town) as town,
        count(village) as village,
        count(village_code) as village_code,
        count(head_name) as head_name,
        count(head_id_number) as head_id_number,
        count(household_type) as household_type,
        count(is_marginal_2019) as is_marginal_2019,
        count(monitoring_category) as monitoring_category,
        count(identified_month) as identified_month,
        count(risk_cleared) as risk_cleared,
        count(cleared_month) as cleared_month,
        count(clearance_method) as clearance_method,
        count(risk_1) as risk_1,
        count(risk_2) as risk_2,
        count(risk_3) as risk_3,
        count(risk_4) as risk_4,
        count(risk_5) as risk_5,
        count(household_size) as household_size,
        count(phone) as phone,
        count(is_no_labour_household) as is_no_labour_household,
        count(is_dwelling_unsafe) as is_dwelling_unsafe,
        count(is_water_safe) as is_water_safe,
        count(helper_name) as helper_name
    from {{ source('landed', 'rural_revitalization__household_roster') }}
    group by delivery_month
),

rural_revitalization__income_expense_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(household_id) as household_id,
        count(income_month) as income_month,
        count(wage_income) as wage_income,
        count(public_post_wage) as public_post_wage,
        count(business_income) as business_income,
        count(business_expense) as business_expense,
        count(property_income) as property_income,
        count(asset_dividend) as asset_dividend,
        count(land_rent) as land_rent,
        count(transfer_income) as transfer_income,
        count(dibao_income) as dibao_income,
        count(tekun_income) as tekun_income,
        count(pension_income) as pension_income,
        count(other_transfer_income) as other_transfer_income,
        count(claim_income) as claim_income,
        count(compliant_out_of_pocket) as compliant_out_of_pocket,
        count(entered_on) as entered_on,
        count(entered_by) as entered_by
    from {{ source('landed', 'rural_revitalization__income_expense') }}
    group by delivery_month
),

rural_revitalization__match_decision_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(review_id) as review_id,
        count(decision) as decision,
        count(person_id) as person_id,
        count(reason) as reason,
        count(decided_on) as decided_on,
        count(decided_by) as decided_by
    from {{ source('landed', 'rural_revitalization__match_decision') }}
    group by delivery_month
),

rural_revitalization__member_roster_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(person_id) as person_id,
        count(household_id) as household_id,
        count(name) as name,
        count(id_type) as id_type,
        count(id_number) as id_number,
        count(sex) as sex,
        count(birth_date) as birth_date,
        count(relationship) as relationship,
        count(education_level) as education_level,
        count(student_status) as student_status,
        count(out_of_school_reason) as out_of_school_reason,
        count(health_status) as health_status,
        count(labour_skill) as labour_skill,
        count(has_resident_medical_insurance) as has_resident_medical_insurance,
        count(has_employee_medical_insurance) as has_employee_medical_insurance,
        count(has_resident_pension) as has_resident_pension,
        count(has_employee_pension) as has_employee_pension,
        count(dibao) as dibao,
        count(tekun) as tekun,
        count(work_place) as work_place,
        count(work_months) as work_months,
        count(public_post) as public_post,
        count(public_post_months) as public_post_months,
        count(employment_intention) as employment_intention,
        count(needs_training) as needs_training,
        count(phone) as phone,
        count(member_status) as member_status,
        count(change_reason) as change_reason,
        count(change_date) as change_date
    from {{ source('landed', 'rural_revitalization__member_roster') }}
    group by delivery_month
),

rural_revitalization__town_report_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(town) as town,
        count(village) as village,
        count(report_kind) as report_kind,
        count(household_id) as household_id,
        count(head_name) as head_name,
        count(head_id_number) as head_id_number,
        count(phone) as phone,
        count(situation) as situation,
        count(income_per_capita) as income_per_capita,
        count(reported_on) as reported_on,
        count(reported_by) as reported_by
    from {{ source('landed', 'rural_revitalization__town_report') }}
    group by delivery_month
),

rural_revitalization__visit_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(household_id) as household_id,
        count(visited_on) as visited_on,
        count(visitor_level) as visitor_level,
        count(visitor) as visitor,
        count(finding) as finding
    from {{ source('landed', 'rural_revitalization__visit') }}
    group by delivery_month
),

civil_affairs__assistance_roll_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(name) as name,
        count(id_number) as id_number,
        count(assistance_type) as assistance_type,
        count(category) as category,
        count(case_number) as case_number,
        count(head_id_number) as head_id_number,
        count(monthly_amount) as monthly_amount,
        count(payment_month) as payment_month,
        count(started_on) as started_on,
        count(status) as status,
        count(stop_reason) as stop_reason,
        count(stopped_on) as stopped_on,
        count(town) as town,
        count(village) as village
    from {{ source('landed', 'civil_affairs__assistance_roll') }}
    group by delivery_month
),

civil_affairs__death_register_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(name) as name,
        count(id_number) as id_number,
        count(died_on) as died_on
    from {{ source('landed', 'civil_affairs__death_register') }}
    group by delivery_month
),

civil_affairs__disability_subsidy_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(name) as name,
        count(id_number) as id_number,
        count(certificate_number) as certificate_number,
        count(subsidy_type) as subsidy_type,
        count(amount) as amount,
        count(payment_month) as payment_month
    from {{ source('landed', 'civil_affairs__disability_subsidy') }}
    group by delivery_month
),

civil_affairs__temporary_relief_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(name) as name,
        count(id_number) as id_number,
        count(relief_type) as relief_type,
        count(amount) as amount,
        count(paid_on) as paid_on
    from {{ source('landed', 'civil_affairs__temporary_relief') }}
    group by delivery_month
),

education__enrolment_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(name) as name,
        count(id_number) as id_number,
        count(student_number) as student_number,
        count(stage) as stage,
        count(grade) as grade,
        count(school) as school,
        count(status) as status,
        count(is_boarding) as is_boarding,
        count(annual_fees) as annual_fees,
        count(guardian_id_number) as guardian_id_number
    from {{ source('landed', 'education__enrolment') }}
    group by delivery_month
),

education__student_aid_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(name) as name,
        count(id_number) as id_number,
        count(aid_item) as aid_item,
        count(semester) as semester,
        count(amount) as amount,
        count(paid_on) as paid_on
    from {{ source('landed', 'education__student_aid') }}
    group by delivery_month
),

medical_insurance__enrolment_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(name) as name,
        count(id_number) as id_number,
        count(scheme) as scheme,
        count(insured_year) as insured_year,
        count(status) as status,
        count(personal_payment) as personal_payment,
        count(subsidised_amount) as subsidised_amount,
        count(subsidy_category) as subsidy_category,
        count(insured_place) as insured_place
    from {{ source('landed', 'medical_insurance__enrolment') }}
    group by delivery_month
),

medical_insurance__settlement_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(settlement_id) as settlement_id,
        count(name) as name,
        count(id_number) as id_number,
        count(visit_type) as visit_type,
        count(admitted_on) as admitted_on,
        count(discharged_on) as discharged_on,
        count(settled_on) as settled_on,
        count(total_cost) as total_cost,
        count(in_scope_cost) as in_scope_cost,
        count(basic_pay) as basic_pay,
        count(critical_illness_pay) as critical_illness_pay,
        count(medical_aid_pay) as medical_aid_pay,
        count(other_pay) as other_pay,
        count(personal_pay) as personal_pay,
        count(hospital) as hospital,
        count(diagnosis) as diagnosis
    from {{ source('landed', 'medical_insurance__settlement') }}
    group by delivery_month
),

disabled_federation__certificate_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(name) as name,
        count(id_number) as id_number,
        count(certificate_number) as certificate_number,
        count(disability_class) as disability_class,
        count(disability_grade) as disability_grade,
        count(issued_on) as issued_on,
        count(valid_until) as valid_until,
        count(status) as status
    from {{ source('landed', 'disabled_federation__certificate') }}
    group by delivery_month
),

human_resources__employment_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(name) as name,
        count(id_number) as id_number,
        count(employer) as employer,
        count(industry) as industry,
        count(job) as job,
        count(work_province) as work_province,
        count(work_city) as work_city,
        count(work_county) as work_county,
        count(channel) as channel,
        count(started_on) as started_on,
        count(ended_on) as ended_on,
        count(monthly_wage) as monthly_wage,
        count(has_contract) as has_contract,
        count(has_social_insurance) as has_social_insurance
    from {{ source('landed', 'human_resources__employment') }}
    group by delivery_month
),

human_resources__employment_subsidy_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(name) as name,
        count(id_number) as id_number,
        count(subsidy_type) as subsidy_type,
        count(amount) as amount,
        count(paid_on) as paid_on,
        count(employer) as employer
    from {{ source('landed', 'human_resources__employment_subsidy') }}
    group by delivery_month
),

human_resources__job_service_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(name) as name,
        count(id_number) as id_number,
        count(service_type) as service_type,
        count(served_on) as served_on,
        count(content) as content,
        count(result) as result
    from {{ source('landed', 'human_resources__job_service') }}
    group by delivery_month
),

human_resources__pension_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(name) as name,
        count(id_number) as id_number,
        count(scheme) as scheme,
        count(status) as status,
        count(insured_year) as insured_year,
        count(personal_payment) as personal_payment,
        count(subsidised_amount) as subsidised_amount,
        count(monthly_pension) as monthly_pension
    from {{ source('landed', 'human_resources__pension') }}
    group by delivery_month
),

human_resources__public_post_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(name) as name,
        count(id_number) as id_number,
        count(post) as post,
        count(managing_department) as managing_department,
        count(started_on) as started_on,
        count(ended_on) as ended_on,
        count(monthly_pay) as monthly_pay
    from {{ source('landed', 'human_resources__public_post') }}
    group by delivery_month
),

housing__dwelling_safety_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(head_name) as head_name,
        count(head_id_number) as head_id_number,
        count(dwelling_grade) as dwelling_grade,
        count(assessed_on) as assessed_on,
        count(renovated_on) as renovated_on,
        count(renovation_subsidy) as renovation_subsidy
    from {{ source('landed', 'housing__dwelling_safety') }}
    group by delivery_month
),

water__drinking_water_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(head_name) as head_name,
        count(head_id_number) as head_id_number,
        count(supply) as supply,
        count(is_safe) as is_safe,
        count(checked_on) as checked_on
    from {{ source('landed', 'water__drinking_water') }}
    group by delivery_month
),

agriculture__production_link_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(entity) as entity,
        count(entity_type) as entity_type,
        count(head_name) as head_name,
        count(head_id_number) as head_id_number,
        count(link_type) as link_type,
        count(product) as product,
        count(contract_number) as contract_number,
        count(signed_on) as signed_on,
        count(contract_amount) as contract_amount,
        count(paid_amount) as paid_amount,
        count(paid_on) as paid_on
    from {{ source('landed', 'agriculture__production_link') }}
    group by delivery_month
),

finance__asset_distribution_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(asset) as asset,
        count(town) as town,
        count(village) as village,
        count(head_name) as head_name,
        count(head_id_number) as head_id_number,
        count(distribution_round) as distribution_round,
        count(amount) as amount,
        count(distributed_on) as distributed_on
    from {{ source('landed', 'finance__asset_distribution') }}
    group by delivery_month
),

finance__microcredit_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(borrower_name) as borrower_name,
        count(id_number) as id_number,
        count(loan_number) as loan_number,
        count(bank) as bank,
        count(principal) as principal,
        count(lent_on) as lent_on,
        count(due_on) as due_on,
        count(balance) as balance,
        count(status) as status,
        count(purpose) as purpose
    from {{ source('landed', 'finance__microcredit') }}
    group by delivery_month
),

insurance__relapse_claim_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(claim_number) as claim_number,
        count(name) as name,
        count(id_number) as id_number,
        count(cause) as cause,
        count(occurred_on) as occurred_on,
        count(paid_amount) as paid_amount,
        count(paid_on) as paid_on
    from {{ source('landed', 'insurance__relapse_claim') }}
    group by delivery_month
),

insurance__relapse_policy_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(name) as name,
        count(id_number) as id_number,
        count(policy_year) as policy_year,
        count(premium) as premium,
        count(valid_from) as valid_from,
        count(valid_until) as valid_until
    from {{ source('landed', 'insurance__relapse_policy') }}
    group by delivery_month
),

industry__consumption_assistance_counts as (
    select
        delivery_month,
        count(*) as rows_landed,
        count(buyer) as buyer,
        count(head_name) as head_name,
        count(head_id_number) as head_id_number,
        count(product) as product,
        count(amount) as amount,
        count(bought_on) as bought_on
    from {{ source('landed', 'industry__consumption_assistance') }}
    group by delivery_month
),

blanks as (
    select
        'rural_revitalization__assistance_measure' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'household_id' then counts.household_id
            when 'id_number' then counts.id_number
            when 'measure_type' then counts.measure_type
            when 'measure_name' then counts.measure_name
            when 'amount' then counts.amount
            when 'measure_date' then counts.measure_date
            when 'responsible_department' then counts.responsible_department
        end as rows_blank
    from rural_revitalization__assistance_measure_counts as counts
    cross join (
        values
        ('household_id', '户编号'),
        ('id_number', '证件号码'),
        ('measure_type', '措施类别'),
        ('measure_name', '措施名称'),
        ('amount', '金额'),
        ('measure_date', '实施日期'),
        ('responsible_department', '责任部门')
    ) as fields (field, field_header)

    union all

    select
        'rural_revitalization__feedback' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'item_code' then counts.item_code
            when 'result' then counts.result
            when 'verified_income' then counts.verified_income
            when 'measure' then counts.measure
            when 'reason' then counts.reason
            when 'waived_until' then counts.waived_until
            when 'answered_on' then counts.answered_on
            when 'answered_by' then counts.answered_by
            when 'row_seal' then counts.row_seal
        end as rows_blank
    from rural_revitalization__feedback_counts as counts
    cross join (
        values
        ('item_code', '线索编号'),
        ('result', '核实结果'),
        ('verified_income', '核实收入'),
        ('measure', '帮扶措施'),
        ('reason', '说明'),
        ('waived_until', '豁免至'),
        ('answered_on', '反馈日期'),
        ('answered_by', '核实人'),
        ('row_seal', '行校验代码')
    ) as fields (field, field_header)

    union all

    select
        'rural_revitalization__household_roster' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'household_id' then counts.household_id
            when 'town' then counts.town
            when 'village' then counts.village
            when 'village_code' then counts.village_code
            when 'head_name' then counts.head_name
            when 'head_id_number' then counts.head_id_number
            when 'household_type' then counts.household_type
            when 'is_marginal_2019' then counts.is_marginal_2019
            when 'monitoring_category' then counts.monitoring_category
            when 'identified_month' then counts.identified_month
            when 'risk_cleared' then counts.risk_cleared
            when 'cleared_month' then counts.cleared_month
            when 'clearance_method' then counts.clearance_method
            when 'risk_1' then counts.risk_1
            when 'risk_2' then counts.risk_2
            when 'risk_3' then counts.risk_3
            when 'risk_4' then counts.risk_4
            when 'risk_5' then counts.risk_5
            when 'household_size' then counts.household_size
            when 'phone' then counts.phone
            when 'is_no_labour_household' then counts.is_no_labour_household
            when 'is_dwelling_unsafe' then counts.is_dwelling_unsafe
            when 'is_water_safe' then counts.is_water_safe
            when 'helper_name' then counts.helper_name
        end as rows_blank
    from rural_revitalization__household_roster_counts as counts
    cross join (
        values
        ('household_id', '户编号'),
        ('town', '乡镇'),
        ('village', '行政村'),
        ('village_code', '行政村代码'),
        ('head_name', '户主姓名'),
        ('head_id_number', '户主证件号码'),
        ('household_type', '户类型'),
        ('is_marginal_2019', '是否2019年边缘易致贫户'),
        ('monitoring_category', '监测对象类别'),
        ('identified_month', '识别监测时间'),
        ('risk_cleared', '风险是否已消除'),
        ('cleared_month', '风险消除时间'),
        ('clearance_method', '风险消除方式'),
        ('risk_1', '致贫返贫风险1'),
        ('risk_2', '致贫返贫风险2'),
        ('risk_3', '致贫返贫风险3'),
        ('risk_4', '致贫返贫风险4'),
        ('risk_5', '致贫返贫风险5'),
        ('household_size', '家庭人口数'),
        ('phone', '联系电话'),
        ('is_no_labour_household', '整户无劳动能力兜底保障户'),
        ('is_dwelling_unsafe', '是否危房户'),
        ('is_water_safe', '是否解决安全饮用水'),
        ('helper_name', '帮扶责任人')
    ) as fields (field, field_header)

    union all

    select
        'rural_revitalization__income_expense' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'household_id' then counts.household_id
            when 'income_month' then counts.income_month
            when 'wage_income' then counts.wage_income
            when 'public_post_wage' then counts.public_post_wage
            when 'business_income' then counts.business_income
            when 'business_expense' then counts.business_expense
            when 'property_income' then counts.property_income
            when 'asset_dividend' then counts.asset_dividend
            when 'land_rent' then counts.land_rent
            when 'transfer_income' then counts.transfer_income
            when 'dibao_income' then counts.dibao_income
            when 'tekun_income' then counts.tekun_income
            when 'pension_income' then counts.pension_income
            when 'other_transfer_income' then counts.other_transfer_income
            when 'claim_income' then counts.claim_income
            when 'compliant_out_of_pocket' then counts.compliant_out_of_pocket
            when 'entered_on' then counts.entered_on
            when 'entered_by' then counts.entered_by
        end as rows_blank
    from rural_revitalization__income_expense_counts as counts
    cross join (
        values
        ('household_id', '户编号'),
        ('income_month', '所属月份'),
        ('wage_income', '工资性收入'),
        ('public_post_wage', '其中：公益性岗位收入'),
        ('business_income', '生产经营性收入'),
        ('business_expense', '生产经营性支出'),
        ('property_income', '财产性收入'),
        ('asset_dividend', '其中：资产收益分红'),
        ('land_rent', '其中：土地流转租金'),
        ('transfer_income', '转移性收入'),
        ('dibao_income', '其中：最低生活保障金'),
        ('tekun_income', '其中：特困人员救助供养金'),
        ('pension_income', '其中：养老金'),
        ('other_transfer_income', '其中：其他转移性收入'),
        ('claim_income', '理赔收入'),
        ('compliant_out_of_pocket', '合规自付支出'),
        ('entered_on', '录入日期'),
        ('entered_by', '录入人')
    ) as fields (field, field_header)

    union all

    select
        'rural_revitalization__match_decision' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'review_id' then counts.review_id
            when 'decision' then counts.decision
            when 'person_id' then counts.person_id
            when 'reason' then counts.reason
            when 'decided_on' then counts.decided_on
            when 'decided_by' then counts.decided_by
        end as rows_blank
    from rural_revitalization__match_decision_counts as counts
    cross join (
        values
        ('review_id', '疑似编号'),
        ('decision', '判定'),
        ('person_id', '人员编号'),
        ('reason', '判定依据'),
        ('decided_on', '判定日期'),
        ('decided_by', '判定人')
    ) as fields (field, field_header)

    union all

    select
        'rural_revitalization__member_roster' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'person_id' then counts.person_id
            when 'household_id' then counts.household_id
            when 'name' then counts.name
            when 'id_type' then counts.id_type
            when 'id_number' then counts.id_number
            when 'sex' then counts.sex
            when 'birth_date' then counts.birth_date
            when 'relationship' then counts.relationship
            when 'education_level' then counts.education_level
            when 'student_status' then counts.student_status
            when 'out_of_school_reason' then counts.out_of_school_reason
            when 'health_status' then counts.health_status
            when 'labour_skill' then counts.labour_skill
            when 'has_resident_medical_insurance' then counts.has_resident_medical_insurance
            when 'has_employee_medical_insurance' then counts.has_employee_medical_insurance
            when 'has_resident_pension' then counts.has_resident_pension
            when 'has_employee_pension' then counts.has_employee_pension
            when 'dibao' then counts.dibao
            when 'tekun' then counts.tekun
            when 'work_place' then counts.work_place
            when 'work_months' then counts.work_months
            when 'public_post' then counts.public_post
            when 'public_post_months' then counts.public_post_months
            when 'employment_intention' then counts.employment_intention
            when 'needs_training' then counts.needs_training
            when 'phone' then counts.phone
            when 'member_status' then counts.member_status
            when 'change_reason' then counts.change_reason
            when 'change_date' then counts.change_date
        end as rows_blank
    from rural_revitalization__member_roster_counts as counts
    cross join (
        values
        ('person_id', '人员编号'),
        ('household_id', '户编号'),
        ('name', '姓名'),
        ('id_type', '证件类型'),
        ('id_number', '证件号码'),
        ('sex', '性别'),
        ('birth_date', '出生日期'),
        ('relationship', '与户主关系'),
        ('education_level', '文化程度'),
        ('student_status', '在校生状况'),
        ('out_of_school_reason', '义务教育阶段未上学原因'),
        ('health_status', '健康状况'),
        ('labour_skill', '劳动技能'),
        ('has_resident_medical_insurance', '是否参加城乡居民基本医疗保险'),
        ('has_employee_medical_insurance', '是否参加城镇职工基本医疗保险'),
        ('has_resident_pension', '是否参加城乡居民基本养老保险'),
        ('has_employee_pension', '是否参加城镇职工基本养老保险'),
        ('dibao', '享受低保政策情况'),
        ('tekun', '享受特困供养政策情况'),
        ('work_place', '务工所在地'),
        ('work_months', '务工时间（月）'),
        ('public_post', '公益性岗位'),
        ('public_post_months', '公益性岗位（月数）'),
        ('employment_intention', '就业意愿'),
        ('needs_training', '是否有培训需求'),
        ('phone', '联系电话'),
        ('member_status', '人员状态'),
        ('change_reason', '变动原因'),
        ('change_date', '变动日期')
    ) as fields (field, field_header)

    union all

    select
        'rural_revitalization__town_report' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'town' then counts.town
            when 'village' then counts.village
            when 'report_kind' then counts.report_kind
            when 'household_id' then counts.household_id
            when 'head_name' then counts.head_name
            when 'head_id_number' then counts.head_id_number
            when 'phone' then counts.phone
            when 'situation' then counts.situation
            when 'income_per_capita' then counts.income_per_capita
            when 'reported_on' then counts.reported_on
            when 'reported_by' then counts.reported_by
        end as rows_blank
    from rural_revitalization__town_report_counts as counts
    cross join (
        values
        ('town', '乡镇'),
        ('village', '行政村'),
        ('report_kind', '线索类型'),
        ('household_id', '户编号'),
        ('head_name', '户主姓名'),
        ('head_id_number', '户主证件号码'),
        ('phone', '联系电话'),
        ('situation', '情况说明'),
        ('income_per_capita', '人均年收入估计'),
        ('reported_on', '发现日期'),
        ('reported_by', '报告人')
    ) as fields (field, field_header)

    union all

    select
        'rural_revitalization__visit' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'household_id' then counts.household_id
            when 'visited_on' then counts.visited_on
            when 'visitor_level' then counts.visitor_level
            when 'visitor' then counts.visitor
            when 'finding' then counts.finding
        end as rows_blank
    from rural_revitalization__visit_counts as counts
    cross join (
        values
        ('household_id', '户编号'),
        ('visited_on', '走访日期'),
        ('visitor_level', '排查级别'),
        ('visitor', '走访人'),
        ('finding', '发现问题')
    ) as fields (field, field_header)

    union all

    select
        'civil_affairs__assistance_roll' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'name' then counts.name
            when 'id_number' then counts.id_number
            when 'assistance_type' then counts.assistance_type
            when 'category' then counts.category
            when 'case_number' then counts.case_number
            when 'head_id_number' then counts.head_id_number
            when 'monthly_amount' then counts.monthly_amount
            when 'payment_month' then counts.payment_month
            when 'started_on' then counts.started_on
            when 'status' then counts.status
            when 'stop_reason' then counts.stop_reason
            when 'stopped_on' then counts.stopped_on
            when 'town' then counts.town
            when 'village' then counts.village
        end as rows_blank
    from civil_affairs__assistance_roll_counts as counts
    cross join (
        values
        ('name', '姓名'),
        ('id_number', '身份证号码'),
        ('assistance_type', '救助类别'),
        ('category', '分类'),
        ('case_number', '救助证号'),
        ('head_id_number', '户主身份证号码'),
        ('monthly_amount', '月救助金额'),
        ('payment_month', '发放年月'),
        ('started_on', '起始日期'),
        ('status', '在保状态'),
        ('stop_reason', '停保原因'),
        ('stopped_on', '停保日期'),
        ('town', '乡镇'),
        ('village', '行政村')
    ) as fields (field, field_header)

    union all

    select
        'civil_affairs__death_register' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'name' then counts.name
            when 'id_number' then counts.id_number
            when 'died_on' then counts.died_on
        end as rows_blank
    from civil_affairs__death_register_counts as counts
    cross join (
        values
        ('name', '姓名'),
        ('id_number', '身份证号码'),
        ('died_on', '死亡日期')
    ) as fields (field, field_header)

    union all

    select
        'civil_affairs__disability_subsidy' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'name' then counts.name
            when 'id_number' then counts.id_number
            when 'certificate_number' then counts.certificate_number
            when 'subsidy_type' then counts.subsidy_type
            when 'amount' then counts.amount
            when 'payment_month' then counts.payment_month
        end as rows_blank
    from civil_affairs__disability_subsidy_counts as counts
    cross join (
        values
        ('name', '姓名'),
        ('id_number', '身份证号码'),
        ('certificate_number', '残疾人证号'),
        ('subsidy_type', '补贴类型'),
        ('amount', '补贴金额'),
        ('payment_month', '发放年月')
    ) as fields (field, field_header)

    union all

    select
        'civil_affairs__temporary_relief' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'name' then counts.name
            when 'id_number' then counts.id_number
            when 'relief_type' then counts.relief_type
            when 'amount' then counts.amount
            when 'paid_on' then counts.paid_on
        end as rows_blank
    from civil_affairs__temporary_relief_counts as counts
    cross join (
        values
        ('name', '姓名'),
        ('id_number', '身份证号码'),
        ('relief_type', '困难类型'),
        ('amount', '救助金额'),
        ('paid_on', '发放日期')
    ) as fields (field, field_header)

    union all

    select
        'education__enrolment' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'name' then counts.name
            when 'id_number' then counts.id_number
            when 'student_number' then counts.student_number
            when 'stage' then counts.stage
            when 'grade' then counts.grade
            when 'school' then counts.school
            when 'status' then counts.status
            when 'is_boarding' then counts.is_boarding
            when 'annual_fees' then counts.annual_fees
            when 'guardian_id_number' then counts.guardian_id_number
        end as rows_blank
    from education__enrolment_counts as counts
    cross join (
        values
        ('name', '姓名'),
        ('id_number', '身份证件号'),
        ('student_number', '学籍号'),
        ('stage', '学段'),
        ('grade', '年级'),
        ('school', '学校名称'),
        ('status', '学籍状态'),
        ('is_boarding', '是否寄宿'),
        ('annual_fees', '学年费用合计'),
        ('guardian_id_number', '监护人身份证件号')
    ) as fields (field, field_header)

    union all

    select
        'education__student_aid' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'name' then counts.name
            when 'id_number' then counts.id_number
            when 'aid_item' then counts.aid_item
            when 'semester' then counts.semester
            when 'amount' then counts.amount
            when 'paid_on' then counts.paid_on
        end as rows_blank
    from education__student_aid_counts as counts
    cross join (
        values
        ('name', '姓名'),
        ('id_number', '身份证件号'),
        ('aid_item', '资助项目'),
        ('semester', '学期'),
        ('amount', '实发金额'),
        ('paid_on', '发放日期')
    ) as fields (field, field_header)

    union all

    select
        'medical_insurance__enrolment' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'name' then counts.name
            when 'id_number' then counts.id_number
            when 'scheme' then counts.scheme
            when 'insured_year' then counts.insured_year
            when 'status' then counts.status
            when 'personal_payment' then counts.personal_payment
            when 'subsidised_amount' then counts.subsidised_amount
            when 'subsidy_category' then counts.subsidy_category
            when 'insured_place' then counts.insured_place
        end as rows_blank
    from medical_insurance__enrolment_counts as counts
    cross join (
        values
        ('name', '人员姓名'),
        ('id_number', '证件号码'),
        ('scheme', '险种'),
        ('insured_year', '参保年度'),
        ('status', '缴费状态'),
        ('personal_payment', '个人缴费金额'),
        ('subsidised_amount', '资助金额'),
        ('subsidy_category', '资助类别'),
        ('insured_place', '参保地')
    ) as fields (field, field_header)

    union all

    select
        'medical_insurance__settlement' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'settlement_id' then counts.settlement_id
            when 'name' then counts.name
            when 'id_number' then counts.id_number
            when 'visit_type' then counts.visit_type
            when 'admitted_on' then counts.admitted_on
            when 'discharged_on' then counts.discharged_on
            when 'settled_on' then counts.settled_on
            when 'total_cost' then counts.total_cost
            when 'in_scope_cost' then counts.in_scope_cost
            when 'basic_pay' then counts.basic_pay
            when 'critical_illness_pay' then counts.critical_illness_pay
            when 'medical_aid_pay' then counts.medical_aid_pay
            when 'other_pay' then counts.other_pay
            when 'personal_pay' then counts.personal_pay
            when 'hospital' then counts.hospital
            when 'diagnosis' then counts.diagnosis
        end as rows_blank
    from medical_insurance__settlement_counts as counts
    cross join (
        values
        ('settlement_id', '结算编号'),
        ('name', '人员姓名'),
        ('id_number', '证件号码'),
        ('visit_type', '医疗类别'),
        ('admitted_on', '入院（就诊）日期'),
        ('discharged_on', '出院日期'),
        ('settled_on', '结算日期'),
        ('total_cost', '医疗费总额'),
        ('in_scope_cost', '符合政策范围金额'),
        ('basic_pay', '基本医保支付'),
        ('critical_illness_pay', '大病保险支付'),
        ('medical_aid_pay', '医疗救助支付'),
        ('other_pay', '其他支付'),
        ('personal_pay', '个人负担金额'),
        ('hospital', '医疗机构'),
        ('diagnosis', '诊断名称')
    ) as fields (field, field_header)

    union all

    select
        'disabled_federation__certificate' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'name' then counts.name
            when 'id_number' then counts.id_number
            when 'certificate_number' then counts.certificate_number
            when 'disability_class' then counts.disability_class
            when 'disability_grade' then counts.disability_grade
            when 'issued_on' then counts.issued_on
            when 'valid_until' then counts.valid_until
            when 'status' then counts.status
        end as rows_blank
    from disabled_federation__certificate_counts as counts
    cross join (
        values
        ('name', '姓名'),
        ('id_number', '身份证号码'),
        ('certificate_number', '残疾人证号'),
        ('disability_class', '残疾类别'),
        ('disability_grade', '残疾等级'),
        ('issued_on', '发证日期'),
        ('valid_until', '有效期至'),
        ('status', '证件状态')
    ) as fields (field, field_header)

    union all

    select
        'human_resources__employment' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'name' then counts.name
            when 'id_number' then counts.id_number
            when 'employer' then counts.employer
            when 'industry' then counts.industry
            when 'job' then counts.job
            when 'work_province' then counts.work_province
            when 'work_city' then counts.work_city
            when 'work_county' then counts.work_county
            when 'channel' then counts.channel
            when 'started_on' then counts.started_on
            when 'ended_on' then counts.ended_on
            when 'monthly_wage' then counts.monthly_wage
            when 'has_contract' then counts.has_contract
            when 'has_social_insurance' then counts.has_social_insurance
        end as rows_blank
    from human_resources__employment_counts as counts
    cross join (
        values
        ('name', '姓名'),
        ('id_number', '身份证号码'),
        ('employer', '单位名称'),
        ('industry', '所属行业'),
        ('job', '岗位工种'),
        ('work_province', '务工所在省'),
        ('work_city', '务工所在市'),
        ('work_county', '务工所在县'),
        ('channel', '就业渠道'),
        ('started_on', '开始日期'),
        ('ended_on', '结束日期'),
        ('monthly_wage', '月收入'),
        ('has_contract', '是否签订劳动合同'),
        ('has_social_insurance', '是否参加社会保险')
    ) as fields (field, field_header)

    union all

    select
        'human_resources__employment_subsidy' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'name' then counts.name
            when 'id_number' then counts.id_number
            when 'subsidy_type' then counts.subsidy_type
            when 'amount' then counts.amount
            when 'paid_on' then counts.paid_on
            when 'employer' then counts.employer
        end as rows_blank
    from human_resources__employment_subsidy_counts as counts
    cross join (
        values
        ('name', '姓名'),
        ('id_number', '身份证号码'),
        ('subsidy_type', '补贴类型'),
        ('amount', '补贴金额'),
        ('paid_on', '发放日期'),
        ('employer', '单位名称')
    ) as fields (field, field_header)

    union all

    select
        'human_resources__job_service' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'name' then counts.name
            when 'id_number' then counts.id_number
            when 'service_type' then counts.service_type
            when 'served_on' then counts.served_on
            when 'content' then counts.content
            when 'result' then counts.result
        end as rows_blank
    from human_resources__job_service_counts as counts
    cross join (
        values
        ('name', '姓名'),
        ('id_number', '身份证号码'),
        ('service_type', '服务类别'),
        ('served_on', '服务日期'),
        ('content', '服务内容'),
        ('result', '结果')
    ) as fields (field, field_header)

    union all

    select
        'human_resources__pension' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'name' then counts.name
            when 'id_number' then counts.id_number
            when 'scheme' then counts.scheme
            when 'status' then counts.status
            when 'insured_year' then counts.insured_year
            when 'personal_payment' then counts.personal_payment
            when 'subsidised_amount' then counts.subsidised_amount
            when 'monthly_pension' then counts.monthly_pension
        end as rows_blank
    from human_resources__pension_counts as counts
    cross join (
        values
        ('name', '姓名'),
        ('id_number', '身份证号码'),
        ('scheme', '险种'),
        ('status', '参保状态'),
        ('insured_year', '参保年度'),
        ('personal_payment', '个人缴费金额'),
        ('subsidised_amount', '资助金额'),
        ('monthly_pension', '月养老金')
    ) as fields (field, field_header)

    union all

    select
        'human_resources__public_post' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'name' then counts.name
            when 'id_number' then counts.id_number
            when 'post' then counts.post
            when 'managing_department' then counts.managing_department
            when 'started_on' then counts.started_on
            when 'ended_on' then counts.ended_on
            when 'monthly_pay' then counts.monthly_pay
        end as rows_blank
    from human_resources__public_post_counts as counts
    cross join (
        values
        ('name', '姓名'),
        ('id_number', '身份证号码'),
        ('post', '岗位名称'),
        ('managing_department', '主管部门'),
        ('started_on', '开始日期'),
        ('ended_on', '结束日期'),
        ('monthly_pay', '月补贴标准')
    ) as fields (field, field_header)

    union all

    select
        'housing__dwelling_safety' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'head_name' then counts.head_name
            when 'head_id_number' then counts.head_id_number
            when 'dwelling_grade' then counts.dwelling_grade
            when 'assessed_on' then counts.assessed_on
            when 'renovated_on' then counts.renovated_on
            when 'renovation_subsidy' then counts.renovation_subsidy
        end as rows_blank
    from housing__dwelling_safety_counts as counts
    cross join (
        values
        ('head_name', '户主姓名'),
        ('head_id_number', '户主身份证号码'),
        ('dwelling_grade', '鉴定等级'),
        ('assessed_on', '鉴定日期'),
        ('renovated_on', '改造竣工日期'),
        ('renovation_subsidy', '改造补助金额')
    ) as fields (field, field_header)

    union all

    select
        'water__drinking_water' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'head_name' then counts.head_name
            when 'head_id_number' then counts.head_id_number
            when 'supply' then counts.supply
            when 'is_safe' then counts.is_safe
            when 'checked_on' then counts.checked_on
        end as rows_blank
    from water__drinking_water_counts as counts
    cross join (
        values
        ('head_name', '户主姓名'),
        ('head_id_number', '户主身份证号码'),
        ('supply', '供水方式'),
        ('is_safe', '是否达标'),
        ('checked_on', '检测日期')
    ) as fields (field, field_header)

    union all

    select
        'agriculture__production_link' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'entity' then counts.entity
            when 'entity_type' then counts.entity_type
            when 'head_name' then counts.head_name
            when 'head_id_number' then counts.head_id_number
            when 'link_type' then counts.link_type
            when 'product' then counts.product
            when 'contract_number' then counts.contract_number
            when 'signed_on' then counts.signed_on
            when 'contract_amount' then counts.contract_amount
            when 'paid_amount' then counts.paid_amount
            when 'paid_on' then counts.paid_on
        end as rows_blank
    from agriculture__production_link_counts as counts
    cross join (
        values
        ('entity', '经营主体名称'),
        ('entity_type', '主体类型'),
        ('head_name', '户主姓名'),
        ('head_id_number', '户主身份证号码'),
        ('link_type', '带动方式'),
        ('product', '产品'),
        ('contract_number', '合同编号'),
        ('signed_on', '签订日期'),
        ('contract_amount', '合同金额'),
        ('paid_amount', '实际支付金额'),
        ('paid_on', '支付日期')
    ) as fields (field, field_header)

    union all

    select
        'finance__asset_distribution' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'asset' then counts.asset
            when 'town' then counts.town
            when 'village' then counts.village
            when 'head_name' then counts.head_name
            when 'head_id_number' then counts.head_id_number
            when 'distribution_round' then counts.distribution_round
            when 'amount' then counts.amount
            when 'distributed_on' then counts.distributed_on
        end as rows_blank
    from finance__asset_distribution_counts as counts
    cross join (
        values
        ('asset', '资产名称'),
        ('town', '乡镇'),
        ('village', '行政村'),
        ('head_name', '受益户户主'),
        ('head_id_number', '户主身份证号码'),
        ('distribution_round', '分配次序'),
        ('amount', '分配金额'),
        ('distributed_on', '分配日期')
    ) as fields (field, field_header)

    union all

    select
        'finance__microcredit' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'borrower_name' then counts.borrower_name
            when 'id_number' then counts.id_number
            when 'loan_number' then counts.loan_number
            when 'bank' then counts.bank
            when 'principal' then counts.principal
            when 'lent_on' then counts.lent_on
            when 'due_on' then counts.due_on
            when 'balance' then counts.balance
            when 'status' then counts.status
            when 'purpose' then counts.purpose
        end as rows_blank
    from finance__microcredit_counts as counts
    cross join (
        values
        ('borrower_name', '借款人姓名'),
        ('id_number', '身份证号码'),
        ('loan_number', '借据编号'),
        ('bank', '银行'),
        ('principal', '贷款金额'),
        ('lent_on', '发放日期'),
        ('due_on', '到期日期'),
        ('balance', '余额'),
        ('status', '状态'),
        ('purpose', '用途')
    ) as fields (field, field_header)

    union all

    select
        'insurance__relapse_claim' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'claim_number' then counts.claim_number
            when 'name' then counts.name
            when 'id_number' then counts.id_number
            when 'cause' then counts.cause
            when 'occurred_on' then counts.occurred_on
            when 'paid_amount' then counts.paid_amount
            when 'paid_on' then counts.paid_on
        end as rows_blank
    from insurance__relapse_claim_counts as counts
    cross join (
        values
        ('claim_number', '报案号'),
        ('name', '出险人姓名'),
        ('id_number', '身份证号码'),
        ('cause', '出险原因'),
        ('occurred_on', '出险日期'),
        ('paid_amount', '赔付金额'),
        ('paid_on', '赔付日期')
    ) as fields (field, field_header)

    union all

    select
        'insurance__relapse_policy' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'name' then counts.name
            when 'id_number' then counts.id_number
            when 'policy_year' then counts.policy_year
            when 'premium' then counts.premium
            when 'valid_from' then counts.valid_from
            when 'valid_until' then counts.valid_until
        end as rows_blank
    from insurance__relapse_policy_counts as counts
    cross join (
        values
        ('name', '被保险人姓名'),
        ('id_number', '身份证号码'),
        ('policy_year', '投保年度'),
        ('premium', '保费'),
        ('valid_from', '保险起期'),
        ('valid_until', '保险止期')
    ) as fields (field, field_header)

    union all

    select
        'industry__consumption_assistance' as extract,
        counts.delivery_month,
        fields.field,
        fields.field_header,
        counts.rows_landed,
        counts.rows_landed - case fields.field
            when 'buyer' then counts.buyer
            when 'head_name' then counts.head_name
            when 'head_id_number' then counts.head_id_number
            when 'product' then counts.product
            when 'amount' then counts.amount
            when 'bought_on' then counts.bought_on
        end as rows_blank
    from industry__consumption_assistance_counts as counts
    cross join (
        values
        ('buyer', '采购单位'),
        ('head_name', '户主姓名'),
        ('head_id_number', '户主身份证号码'),
        ('product', '产品'),
        ('amount', '采购金额'),
        ('bought_on', '采购日期')
    ) as fields (field, field_header)
)

select * from blanks
