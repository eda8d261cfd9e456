"""Great Expectations over DuckDB: every landed extract is checked against its contract.

What belongs here: suites derived from contracts, the DuckDB engine they run on, what is kept of results (counts, never values).
What does not: Dagster, hand-written suites, business rules.

``intake`` is what others call; ``suite`` derives checks, ``session`` runs them. ``duckdb_engine`` imports Great Expectations,
which costs seconds, and is itself imported inside functions only; ``duckdb_dialect`` makes SQLAlchemy talk to DuckDB.
"""
