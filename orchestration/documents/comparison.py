"""What a version of a month says otherwise than the one in whose place it is put, as the report and its workbook show it."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

DIFFERENCES = "restatement_differences"
# The list whose differences are told first.
WARNING_LIST = "warning_list"


@dataclass(frozen=True)
class Comparison:
    """What a version says otherwise than the one in whose place it is put.

    Attributes:
        replaced: number of that version.
        rows: of ``restatement_differences``.
    """

    replaced: int
    rows: pa.Table
