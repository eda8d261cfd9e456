"""Great Expectations over DuckDB: every landed extract is checked against its contract.

What belongs here: suites derived from contracts, running them, what is kept of results (counts, never values).
What does not: Dagster, hand-written suites, business rules, and Great Expectations beyond what it documents, with the DuckDB
engine that suites run on (``orchestration/adapters``).

``intake`` is what others call; ``suite`` derives checks, ``session`` runs them.
"""
