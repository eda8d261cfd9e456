-- Grain: one household or person on a list in a month (month, list, entity_key).
-- Purpose: since when it has been listed, in how many months, until when its run lasts when it is no longer listed.
-- Source: ledgers.md section 1.

with entries as (
    select * from {{ ref('int_list_entries') }}
),

completions as (
    select * from {{ ref('int_list_completions') }}
),

{{ entry_runs('entries', 'completions', 'member') }}
