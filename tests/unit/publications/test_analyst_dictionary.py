"""The page beside the analysts' edition: what the edition has and nothing else; queries on it run."""

from __future__ import annotations

import html
import re
import stat

import duckdb
import pytest

from orchestration.foundation.paths import Installation
from orchestration.publications import is_current_whole, publish_month, refresh_current
from orchestration.publications.mart_tables import publication_lists, published_marts
from orchestration.site.example_queries import example_query
from tests.unit.publishing_samples import MONTH, build_warehouse, household

NAME = "欧阳不见"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with a month in both databases: ten households on a list, eight of them new."""
    installation = Installation.at(tmp_path_factory.mktemp("raw"), tmp_path_factory.mktemp("marts"))
    rows = [household(number, head_name=NAME, consecutive_months=1 if number < 9 else 2) for number in range(1, 11)]
    build_warehouse(installation, {"warning_list": rows})
    publish_month(installation, MONTH, MONTH, "0.0.0+test")
    refresh_current(installation)
    return installation


def test_it_has_the_tables_and_columns_of_the_edition_and_its_queries_run(made: Installation) -> None:
    page = made.analysts_dictionary.read_text(encoding="utf-8")
    with duckdb.connect(str(made.analysts), read_only=True) as edition:
        columns = edition.execute(
            "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() "
            "WHERE schema_name IN ('marts', 'meta') GROUP BY ALL"
        ).fetchall()
        for query in re.findall(r"<pre>(SELECT .*?)</pre>", page, re.DOTALL):
            edition.execute(html.unescape(query)).fetchall()
    shown = {
        name: re.findall(r"<tr data-find><td><b>[^<]+</b><br><code>(\w+)</code>", said)
        for name, said in re.findall(r'<section id="(\w+)" data-group.*?>(.*?)</section>', page, re.DOTALL)
    }
    assert shown == dict(columns)


def test_it_names_nobody_and_no_count_from_which_a_small_one_follows(made: Installation) -> None:
    page = made.analysts_dictionary.read_text(encoding="utf-8")
    line = page.split('<section id="warning_list"')[1].split("<code>consecutive_months</code>")[1].split("<tr", maxsplit=1)[0]
    # 2 of 10 are not told, so neither are 8
    assert line.rsplit("<td>", maxsplit=1)[1] == "＊"
    assert NAME not in page and "手册.html" not in page and "H1-" not in page


def test_the_example_of_every_list_runs_on_the_bureaus_database(made: Installation) -> None:
    with duckdb.connect(str(made.current), read_only=True) as bureau:
        for mart, columns in (published_marts() | publication_lists()).values():
            bureau.execute(example_query(mart, columns)).fetchall()


def test_it_is_part_of_the_edition(made: Installation) -> None:
    path = made.analysts_dictionary
    assert path.parent == made.analysts.parent and stat.S_IMODE(path.stat().st_mode) == 0o440
    assert is_current_whole(made)
    content = path.read_bytes()
    path.unlink()
    assert not is_current_whole(made)
    path.write_bytes(content)


def test_without_a_publication_there_is_no_page(installation: Installation) -> None:
    installation.marts.mkdir(parents=True)
    refresh_current(installation)
    assert not installation.analysts_dictionary.exists() and is_current_whole(installation)
