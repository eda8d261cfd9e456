-- Generated from config/ by python -m orchestration.generate; do not edit.
-- Grain: one row of reference.character_sounds.
-- Purpose: reference.character_sounds for the models; staging alone names a source. Source: docs/architecture.md.

{{ config(materialized='view') }}

select * from {{ source('reference', 'character_sounds') }}
