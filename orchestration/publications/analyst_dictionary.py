"""The page beside ``analyst.duckdb`` that tells analysts what is in it: computed from it alone, so that it holds nothing more.

Counts below the smallest group (``config/analyst_edition.yml``) are hidden on it, though the rows could be counted: a page is
printed and passed on more easily than a database.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.contracts.privacy import load_edition_settings
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts
from orchestration.publications.analyst_edition import seen_columns
from orchestration.publications.mart_tables import published_marts, quoted
from orchestration.site.column_figures import counted_columns, table_figures
from orchestration.site.dictionary import DescribedTable, dictionary_body
from orchestration.site.places import DICTIONARY_WORDS
from orchestration.site.readers import ANALYSTS
from orchestration.site.shell import Shell


def analysts_dictionary(database: Path, edition: Edition) -> str:
    """Return the page.

    Args:
        database: the analysts' edition.
        edition: the last month that is in it, whose values are counted.
    """
    marts, least = published_marts(), load_edition_settings().smallest_group
    facts = Facts.load({name: mart for name, (mart, _) in marts.items()})
    tables = []
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("SET threads = 1")
        for name, (mart, columns) in marts.items():
            if seen := seen_columns(mart, columns):
                counted = ", ".join(map(quoted, counted_columns(seen))) or "month"
                query = f"SELECT {counted} FROM marts.{quoted(name)} WHERE month = ?"
                rows = connection.sql(query, params=[edition.month.first_day]).to_arrow_table()
                tables.append(DescribedTable(mart, seen, table_figures(rows, seen, facts.labels, least)))
    shell = Shell(facts, edition, ANALYSTS)
    title = f"分析库{DICTIONARY_WORDS}"
    return shell.page(f"{title}.html", title, dictionary_body(tables, facts, is_for_analysts=True), is_searched=True)
