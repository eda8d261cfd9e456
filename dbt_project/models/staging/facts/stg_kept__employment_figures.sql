-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one row of kept.employment_figures.
-- Purpose: kept.employment_figures for the models; staging alone names a source. Source: docs/architecture.md.

{{ config(materialized='view') }}

select * from {{ source('kept', 'employment_figures') }}
