-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one row of kept.list_entries.
-- Purpose: kept.list_entries for the models; staging alone names a source. Source: docs/architecture.md.

{{ config(materialized='view') }}

select * from {{ source('kept', 'list_entries') }}
