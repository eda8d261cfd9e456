"""Dagster assets: thin over the pure functions of ``landing``, ``expectations``, ``warehouse`` and ``publications``.

What belongs here: asset definitions, their Chinese descriptions, what of a result becomes metadata (counts, never a value).
What does not: anything that could be wrong without Dagster; that is a pure function elsewhere.
"""
