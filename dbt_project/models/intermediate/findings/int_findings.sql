-- Grain: one finding, of the run or kept of an earlier month (month, knowledge_month, check_code, entity_key).
-- Purpose: what the checks of both stages left; the second looks at what rests on the first. Source: rules.md section 10.

{{ config(materialized='view', tags=['after_checks']) }}

select * from {{ ref('stg_checked__findings') }}
union all
select * from {{ ref('stg_checked__follow_up_findings') }}
