"""What is used of libraries beyond what they document, in one place: what to look at first when a library is upgraded.

What belongs here: imports of private modules and of undocumented ones, private names that are overridden or read, formats of
files that a library keeps for itself. Each module says which names of which version they are, why no public one does, and
what to read when they change; ``tests/internals`` holds each of them to what is relied on and fails before anything else does.
What does not: anything that a library documents, which is imported where it is used, and rules of ours.

A module imports its library at once, which costs seconds for Great Expectations and dbt: those are imported inside functions.
"""
