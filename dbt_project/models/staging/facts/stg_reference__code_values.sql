-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one row of reference.code_values.
-- Purpose: reference.code_values for the models; staging alone names a source. Source: docs/architecture.md.

{{ config(materialized='view') }}

select * from {{ source('reference', 'code_values') }}
