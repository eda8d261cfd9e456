"""Great Expectations' rendering without its data docs (Great Expectations 1.24). Importing this module imports the library.

- ``ValidationResultsPageRenderer`` (``great_expectations.render.renderer.page_renderer``) and the form of what it renders:
  sections of content blocks, those of type ``table`` holding the expectations. The first section is an overview with addresses
  of pages that are not kept.
- ``DefaultJinjaPageView`` (``great_expectations.render.view``) with ``custom_views_directory`` and ``env``, whose filter
  ``render_content_block`` turns the cells of those tables into HTML.

The public way, data docs, writes a site of many files that fetches scripts from the network; what is kept is one file.

When they change: ``great_expectations/render/renderer/page_renderer.py`` and ``great_expectations/render/view/view.py``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaPageView


def result_tables(suite_result: Any) -> list[dict[str, Any]]:
    """Return the tables of expectations of a suite's result, as the templates take them."""
    document = ValidationResultsPageRenderer().render(suite_result).to_json_dict()
    blocks = [block for section in document["sections"][1:] for block in section["content_blocks"]]
    return [block for block in blocks if block["content_block_type"] == "table"]


def page_from(template: Path, **values: Any) -> str:
    """Return a page made by a template of ours, which may use the filters of the library's own.

    Args:
        template: its file, of a name that no template of the library has. Great Expectations escapes what it puts into a cell
            and turns its templates' own escaping off by the ending ``.j2``.
        values: what the template shows.
    """
    view = DefaultJinjaPageView(custom_views_directory=str(template.parent))
    page: str = view.env.get_template(template.name).render(**values)
    return page
