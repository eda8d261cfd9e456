-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one row of checked.follow_up_findings.
-- Purpose: checked.follow_up_findings for the models; staging alone names a source. Source: docs/architecture.md.

{{ config(materialized='view', tags=['after_checks']) }}

select * from {{ source('checked', 'follow_up_findings') }}
