"""Great Expectations' own documents of a pass of the catalogue, kept as the audit trail beside its results.

Great Expectations renders what it found; the page around it is ours: one file that needs no network, no script and no other
file. The results themselves are kept as Great Expectations writes them. Neither holds a value of the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.foundation.atomic_files import write_json, write_text

_PAGE = Path(__file__).with_name("documents.j2")


def write_documents(validated: Mapping[str, Any], page: Path, title: str) -> None:
    """Write the results of suites and the page that shows them; the page is replaced whole.

    Args:
        validated: what Great Expectations said, by relation (``ValidationSession.validated``).
        page: the HTML file; the results go beside it, with the ending ``.json``.
        title: Chinese, of the page.
    """
    results = {relation: suite.to_json_dict() for relation, suite in validated.items()}
    write_json(page.with_suffix(".json"), results)
    write_text(page, _rendered(validated, title))


def _rendered(validated: Mapping[str, Any], title: str) -> str:
    import great_expectations

    from orchestration.adapters.great_expectations_pages import page_from, result_tables

    suites = [
        {"relation": relation, "statistics": suite.statistics, "tables": result_tables(suite)}
        for relation, suite in validated.items()
    ]
    return page_from(_PAGE, title=title, suites=suites, version=great_expectations.__version__)
