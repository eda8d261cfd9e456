-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one row of kept.listing_reasons.
-- Purpose: kept.listing_reasons for the models; staging alone names a source. Source: docs/architecture.md.

{{ config(materialized='view') }}

select * from {{ source('kept', 'listing_reasons') }}
