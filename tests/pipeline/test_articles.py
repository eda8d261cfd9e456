"""Every article of the notice has its list: the table of docs/articles.md against what a run publishes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from orchestration.contracts import load_marts
from tests.pipeline.conftest import Run, rows

TABLE = Path(__file__).parents[2] / "docs" / "articles.md"
ARTICLES = 25


@dataclass(frozen=True)
class Article:
    """A line of the table."""

    number: int
    lists: tuple[tuple[str, str], ...]
    files: tuple[str, ...]


def articles() -> list[Article]:
    found = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0].isdigit():
            lists = tuple(re.findall(r"`(\w+)` ([^，：\s]+)", cells[2]))
            found.append(Article(int(cells[0]), lists, tuple(re.findall(r"`([^`]+)`", cells[3]))))
    return found


def test_each_article_has_lists_by_their_titles_and_files() -> None:
    marts = load_marts()
    assert [article.number for article in articles()] == list(range(1, ARTICLES + 1))
    for article in articles():
        assert article.lists, article.number
        assert article.files, article.number
        assert [(mart, marts[mart].title) for mart, _ in article.lists] == list(article.lists)


def _missing_files(marts: Path) -> set[tuple[str, str]]:
    files = {file for article in articles() for file in article.files}
    versions = [path.parent for path in marts.glob("*/v*/manifest.json")]
    assert versions
    return {(version.parent.name, file) for version in versions for file in files if not (version / file).is_file()}


def test_the_files_are_in_every_publication(county_run: Run) -> None:
    assert _missing_files(county_run.marts) == set()


def test_the_sample_has_rows_on_the_list_of_every_article(sample_run: Run) -> None:
    assert _missing_files(sample_run.marts) == set()
    empty = [
        mart
        for mart in sorted({mart for article in articles() for mart, _ in article.lists})
        if rows(sample_run.marts, f"SELECT count(*) FROM marts.{mart}") == [(0,)]
    ]
    assert empty == []
