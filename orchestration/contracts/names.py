"""Names of folders and files, as they are compared: people and programs write the same name in several ways."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Marks that have no shape of their own (zero-width spaces, direction marks) and control characters.
_UNSEEN = frozenset({"Cf", "Cc"})


# the same folders are looked at for every extract
@lru_cache(maxsize=65_536)
def fold_name(name: str) -> str:
    """Return a name as it is compared: NFKC, without case, white space and characters that cannot be seen."""
    text = unicodedata.normalize("NFKC", name)
    return "".join(
        character for character in text if not character.isspace() and unicodedata.category(character) not in _UNSEEN
    ).casefold()
