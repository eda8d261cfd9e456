"""What all pages of a site have in common: head, way back, who may see it, foot; and how values become HTML.

Everything that was delivered goes through ``text``; no other function of the site may put it on a page. Pages fetch nothing,
and say so to the browser (Content-Security-Policy); scripts are inline and add searching only.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts, money
from orchestration.site.places import link
from orchestration.site.readers import Reader

_HERE = Path(__file__).parent
_PLAIN_IN_CSS = " 　，。、；：（）()-/%·〔〕"
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; base-uri 'none'"
)


@dataclass(frozen=True)
class Shell:
    """What every page of one edition says around its content.

    Attributes:
        facts: of ``config/``.
        edition: the publication.
        reader: whom the pages are for.
    """

    facts: Facts
    edition: Edition
    reader: Reader

    def page(
        self,
        address: str,
        title: str,
        body: str,
        ways: Sequence[tuple[str, str]] = (),
        *,
        is_searched: bool = False,
        printed: Mapping[str, str] | None = None,
    ) -> str:
        """Return a whole page.

        Args:
            address: of the page, from the top of the site.
            title: its heading, plain text.
            body: HTML.
            ways: what the page belongs to, the widest first: words and address from the top of the site.
            is_searched: whether readers may look for something in it: elements with ``data-find`` are then filtered by a
                field above the content. Without scripts all of them are seen.
            printed: what style.css adds on paper, plain text by the name of its CSS property.
        """
        crumbs = " › ".join(anchor(words, link(address, to)) for words, to in ways)
        script = f"<script>{_script()}</script>" if is_searched else ""
        properties = "".join(f"--{name}:{css_string(said)};" for name, said in (printed or {}).items())
        on_paper = f":root{{{properties}}}" if properties else ""
        facts, edition = self.facts, self.edition
        return (
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
            '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer">'
            f"<title>{text(title)}</title><style>{_style()}{on_paper}</style></head><body>"
            + (f'<nav class="ways">{crumbs}</nav>' if crumbs else "")
            + f'<h1>{text(title)}</h1><p class="under">{text(edition.data_words)}　{text(facts.bureau)}　'
            f'<span class="mark">{text(self.reader.may_see)}</span></p>\n<main>{body}</main>\n'
            f"<footer>{text(facts.bureau)}　{text(edition.month_words)}　第{edition.version}版　"
            f"名单是请核实的线索，不是对任何一户、一人的结论。</footer>{script}</body></html>\n"
        )


@cache
def _style() -> str:
    return (_HERE / "style.css").read_text(encoding="utf-8").replace("\n", "")


@cache
def _script() -> str:
    return (_HERE / "find.js").read_text(encoding="utf-8").strip()


def text(value: Any) -> str:
    """Return a value as it stands on a page; nothing in it can become markup. None is empty."""
    return "" if value is None else html.escape(str(value), quote=True)


def css_string(value: str) -> str:
    """Return plain text as a string of CSS inside a ``style`` element; whatever could end either is written by its number."""
    return '"' + "".join(one if one.isalnum() or one in _PLAIN_IN_CSS else f"\\{ord(one):x} " for one in value) + '"'


def anchor(words: str, address: str) -> str:
    """Return a link; the words are plain text."""
    return f'<a href="{text(address)}">{text(words)}</a>'


def number(value: int | Decimal | None) -> str:
    """Return a count or figure as officers read it; a dash for what is not known, which is not zero."""
    if value is None:
        return "—"
    return f"{value:,}" if isinstance(value, int) else f"{value.normalize():,f}"


def yuan(value: Decimal | None) -> str:
    """Return an amount of yuan with two places; a dash for what is not known."""
    return "—" if value is None else money(value)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Iterable[int] = (), attributes: str = "") -> str:
    """Return a table.

    Args:
        heads: words above the columns, plain text.
        rows: cells, HTML already.
        numbers: positions of columns that are set to the right.
        attributes: of the table, HTML.
    """
    right = set(numbers)
    head = "".join(f'<th class="n">{text(one)}' if place in right else f"<th>{text(one)}" for place, one in enumerate(heads))
    lines = [
        "<tr>" + "".join(f'<td class="n">{cell}' if place in right else f"<td>{cell}" for place, cell in enumerate(row))
        for row in rows
    ]
    return f'<div class="wide"><table{attributes}><thead><tr>{head}</thead><tbody>{"".join(lines)}</tbody></table></div>'
