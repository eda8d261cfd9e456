"""The work database: dbt inside the process, the reference tables it reads, the rules run over it, the months kept for later.

What belongs here: whatever is computed from landed rows. What does not: SQL (``dbt_project/``), rules (``expectations/``),
lists for people (``publications``, ``documents``).
"""
