-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one row of reference.mart_needs.
-- Purpose: reference.mart_needs for the models; staging alone names a source. Source: docs/architecture.md.

{{ config(materialized='view') }}

select * from {{ source('reference', 'mart_needs') }}
