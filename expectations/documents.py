"""Great Expectations' own documents of a pass of the catalogue, kept as the audit trail beside its results.

Great Expectations renders what it found; the page around it is ours: one file that needs no network, no script and no other
file. The results themselves are kept as Great Expectations writes them. Neither holds a value of the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.foundation.whole_files import write_json, write_text

# Great Expectations escapes what it puts into a cell and turns its templates' own escaping off by this ending.
_PAGE = "documents.j2"


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
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    renderer = ValidationResultsPageRenderer()
    suites = [
        {
            "relation": relation,
            "statistics": suite.statistics,
            "tables": _result_tables(renderer.render(suite).to_json_dict()),
        }
        for relation, suite in validated.items()
    ]
    view = DefaultJinjaPageView(custom_views_directory=str(Path(__file__).parent))
    return view.env.get_template(_PAGE).render(title=title, suites=suites, version=great_expectations.__version__)


def _result_tables(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the tables of expectations; the first section is an overview with addresses of pages that are not kept."""
    blocks = [block for section in document["sections"][1:] for block in section["content_blocks"]]
    return [block for block in blocks if block["content_block_type"] == "table"]
