-- Grain: one household on the warning list of a month (month, household_id).
-- Purpose: why it came on the list: in the computed months, and in earlier ones as kept when they were computed, so that
-- the reason of the first month of a run is the one of then. Source: rules.md section 1, 6.

with reasons as (
    select * from {{ ref('int_listing_reasons') }}
)

{{ own_and_kept('reasons', 'listing_reasons', ['month', 'household_id', 'trigger_reason']) }}
