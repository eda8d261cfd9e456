"""Match probabilities of what nothing has matched so far.

Grain: one identity and one member it may be (month, identity_id, person_id).
Purpose: probability and weight by the saved model (config/linkage_model.json), with its digest.
Source: rules.md section 2, tier 3.
"""


def model(dbt, session):
    """Return the pairs of the remainder with their probabilities."""
    dbt.config(materialized="table", file_format="parquet")

    from orchestration.warehouse.linkage import predict_in

    return predict_in(dbt.ref("int_link_records"), session)
