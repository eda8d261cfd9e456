-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one row of landed.intake_problems.
-- Purpose: landed.intake_problems for the models; staging alone names a source. Source: docs/architecture.md.

{{ config(materialized='view') }}

select * from {{ source('landed', 'intake_problems') }}
