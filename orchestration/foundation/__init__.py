"""Foundation: what every other room stands on: places, whole files, what a failing disk means.

What belongs here: facts and mechanisms that know nothing of extracts, months of a county or lists. What does not: ``config/``.
"""
