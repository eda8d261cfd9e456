"""Match probabilities of what nothing has matched so far.

Grain: one identity and one member it may be (month, identity_id, person_id).
Purpose: probability and weight by the saved model (config/linkage_model.json), with its digest.
Source: rules.md section 2, tier 3.
"""


def model(dbt, session):
    """Return the pairs of the remainder with their probabilities."""
    dbt.config(materialized="table")
    records = dbt.ref("int_link_records").to_arrow_table()

    from orchestration.warehouse.linkage import predict

    return predict(records)
