-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one row of reference.parameter_entries.
-- Purpose: reference.parameter_entries for the models; staging alone names a source. Source: docs/architecture.md.

{{ config(materialized='view') }}

select * from {{ source('reference', 'parameter_entries') }}
