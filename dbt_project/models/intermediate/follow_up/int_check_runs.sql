-- Grain: one household or person found by a check that hands out items, in a month (month, list, entity_key); list is
-- the check.
-- Purpose: since when it has been found, in how many months, until when its run lasts when it is no longer found.
-- Source: ledgers.md section 1, 7.

{{ config(tags=['between_checks']) }}

with entries as (
    select * from {{ ref('int_check_entries') }}
),

completions as (
    select * from {{ ref('int_check_completions') }}
),

{{ entry_runs('entries', 'completions', 'person') }}
