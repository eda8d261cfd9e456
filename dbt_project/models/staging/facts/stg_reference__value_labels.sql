-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one row of reference.value_labels.
-- Purpose: reference.value_labels for the models; staging alone names a source. Source: docs/architecture.md.

{{ config(materialized='view') }}

select * from {{ source('reference', 'value_labels') }}
