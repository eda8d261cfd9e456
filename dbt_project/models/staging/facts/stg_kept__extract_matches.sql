-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one row of kept.extract_matches.
-- Purpose: kept.extract_matches for the models; staging alone names a source. Source: docs/architecture.md.

{{ config(materialized='view') }}

select * from {{ source('kept', 'extract_matches') }}
