"""What an error of a database is about, without the row that it quotes (rules.md §12)."""

from __future__ import annotations

import re

# Said before a row was read, or about a count of rows: such a line quotes SQL, names and paths only.
_SAID_BEFORE_READING = re.compile(r"(?:(?:Binder|Catalog|Parser|Compilation|IO) Error: |Got [0-9]+ results?).*")
_WHERE = re.compile(r"\w+ Error in \w+ \w+ \([^()\n]*\)")
_KIND = re.compile(r"[A-Z]\w*(?: \w+)? Error(?=:|$)", re.MULTILINE)


def without_values(text: str | None) -> str:
    """Return the first thing said in an error that can quote no value: what was wrong, else where, else its kind.

    Args:
        text: what a library said; a conversion error, for one, prints the value that it met.

    Returns:
        One line; blank where nothing of the text is known to be harmless.
    """
    for pattern in (_SAID_BEFORE_READING, _WHERE, _KIND):
        if found := pattern.search(text or ""):
            return found[0].strip()
    return ""
