"""fangfanpin: from the departments' monthly files to the county's published lists.

What belongs here: Dagster definitions and the pure functions they are thin over. What does not: business rules (they are dbt
models under ``dbt_project/``), and facts such as column names or policy numbers (they are data under ``config/``).
"""
