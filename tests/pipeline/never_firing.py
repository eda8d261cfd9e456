"""Rules that find nothing in the synthetic county of the tests (``conftest.county``), and why.

The county's faults are planted in ``orchestration/synthesis/faults.py``, each at least once in however small a county that has
somebody who can have it. A rule that stands here says what the county lacks: a month in which it applies, say.
"""

NEVER_FIRING: dict[str, str] = {}
