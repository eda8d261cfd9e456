-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one row of checked.results.
-- Purpose: checked.results for the models; staging alone names a source. Source: docs/architecture.md.

{{ config(materialized='view', tags=['between_checks']) }}

select * from {{ source('checked', 'results') }}
