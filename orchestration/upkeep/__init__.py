"""Looking after an installation for years: examining it, backing it up, restoring it, taking away what is old.

What belongs here: the commands ``doctor``, ``backup``, ``restore`` and ``tidy``. What does not: computing and publishing.
"""
