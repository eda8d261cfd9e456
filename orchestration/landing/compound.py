"""Compound files (OLE): the containers of xls, of Word documents before 2007 and of workbooks with a password.

What belongs here: their directory, one stream of them. What does not: what a stream holds.
"""

from __future__ import annotations

import io

from xlrd.compdoc import SIGNATURE, CompDoc

__all__ = ["SIGNATURE", "stream_names", "workbook_stream"]

# Excel 97 and later, Excel 5.0 and 95; a file for both has both.
_WORKBOOK_STREAMS = ("Workbook", "Book")


def stream_names(data: bytes) -> frozenset[str]:
    """Return the names of what stands at the top of a compound file; none where its directory cannot be read."""
    try:
        directory = _opened(data).dirlist
        return frozenset(directory[entry].name for entry in directory[0].children)
    except Exception:
        return frozenset()


def workbook_stream(data: bytes) -> bytes:
    """Return the stream of a compound file that holds the records of a workbook; empty where there is none."""
    container = _opened(data)
    for name in _WORKBOOK_STREAMS:
        memory, start, length = container.locate_named_stream(name)
        if memory:
            return bytes(memory[start : start + length])
    return b""


def _opened(data: bytes) -> CompDoc:
    """Open the container as office programs do, which read past a sector table that contradicts itself."""
    return CompDoc(data, logfile=io.StringIO(), ignore_workbook_corruption=True)
