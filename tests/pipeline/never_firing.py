"""Rules that find nothing in the synthetic county of the tests (``conftest.county``), and why.

The county's faults are planted in ``orchestration/synthesis/defects.py``, each at least once in however small a county. What
stands here needs two facts of one person or household that no planted fault brings together in forty households and three
months, or one register against another. These rules are proven by their examples, and on the sample, where all find something.
"""

_NEEDS_MORE = "no planted fault brings its facts together in so small a county"
_CODES = (
    "A02 A04 A07 A14 A16 B02 B04 B07 B08 B10 B12 B15",
    "C01 C02 C03 C06 C07 C10 C13 C14 C15 C20 C21 C23",
    "D01 D02 D04 D05 D06 D07 D08 D12 D13 D14 D17",
    "E04 E05 E08 E09 E11",
    "F02 F04 F07 F08 F09 F16 F17 F20 F22",
    "G04 G06 G16 G17",
    "H08 I06 I07 I08 I11 I12 J03 K02 K03 K09",
)

NEVER_FIRING: dict[str, str] = {code: _NEEDS_MORE for codes in _CODES for code in codes.split()}
