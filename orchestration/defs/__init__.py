"""All of Dagster and nothing else: assets, checks, jobs, schedules, sensors, resources, the run storage, starting runs.

What belongs here: thin definitions over the pure functions of the other rooms. What does not: any of the work itself.
"""
