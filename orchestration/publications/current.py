"""``current.duckdb``: the version in force of every published month in one file for analysts, replaced in one step.

It is made from the publications alone, so it can be rebuilt at any time, and never from the work database.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow.parquet as pq

from orchestration.contracts import Field, load_county, load_extracts
from orchestration.contracts.questions import EDITION_WORDS
from orchestration.contracts.value_labels import load_value_labels
from orchestration.documents.edition import Edition
from orchestration.foundation.access import SEALED_MODE
from orchestration.foundation.atomic_files import WrittenFile, make_folder, read_json, write_json, write_whole
from orchestration.foundation.paths import Installation
from orchestration.foundation.token_key import TokenKey, TokenKeyError, replace_key
from orchestration.publications.analyst_dictionary import analysts_dictionary
from orchestration.publications.analyst_edition import build_edition, edition_key
from orchestration.publications.audit import last_series, note_edition
from orchestration.publications.database_tables import (
    STORAGE_VERSION,
    create_schemas,
    create_table,
    describe_table,
    replace_database,
)
from orchestration.publications.mart_tables import (
    arrow_schema,
    literal,
    publication_lists,
    published_marts,
    quoted,
    read_parquet,
)
from orchestration.publications.publication import Publication, whole_publications
from orchestration.publications.star import Made, add_tables_beside
from orchestration.publications.storage import PublishingError, only_writer

# DuckDB would look for files that fit.
_PATTERN = re.compile(r"[*?\[{]")
_PURPOSE = "发布后重建"


def refresh_current(installation: Installation, purpose: str = _PURPOSE) -> Path:
    """Rebuild ``current.duckdb`` and the analysts' edition of it and put each in place in one step.

    Who has an old one open keeps reading the old one. A kill between the two leaves the analysts the old one, which is found.

    Args:
        installation: whose publications they are made of.
        purpose: Chinese, what for; it stands in the audit log.

    Returns:
        The path of the bureau's database.

    Raises:
        PublishingError: a list of a publication in force is gone or damaged, or the key of the tokens cannot be used.
    """
    target, analysts = installation.current, installation.analysts
    key = edition_key(installation)  # refused before anything is written
    for folder in (target.parent, analysts.parent):
        make_folder(folder)
    with only_writer(target.parent):
        publications = whole_publications(installation.marts)
        written = replace_database(target, lambda place: _build(place, publications))
        note_edition(installation, target.name, written.sha256, purpose)
        write_json(installation.current_record, vars(written))
        edition = replace_database(analysts, lambda place: build_edition(place, target, key))
        note_edition(installation, analysts.name, edition.sha256, purpose, series=key.series)
        page = _write_dictionary(installation, publications)
        if page:
            note_edition(installation, page.name, page.sha256, purpose)
        made_of = {"current": written.sha256, "series": key.series, "made_on": key.made_on.isoformat()}
        write_json(installation.analysts_record, {"file": vars(edition), "page": page and vars(page), **made_of})
    return target


def rotate_key(installation: Installation) -> TokenKey:
    """Put a new key in the place of the key of tokens and rebuild both databases; return the new key.

    The former key is not kept, so that tokens of the former series can be worked out by nobody any more; a new series of tokens
    says so in each of them. A kill between the two leaves an edition of the former series: ``is_current_whole`` finds it.

    Raises:
        PublishingError: a publication is damaged, or the key cannot be written.
    """
    try:
        former = edition_key(installation).series
    except PublishingError:  # damaged, or others can read it: the reason to change it
        former = last_series(installation)
    today = dt.datetime.now(ZoneInfo(load_county().time_zone)).date()
    try:
        key = replace_key(installation.token_key, max(former, last_series(installation)) + 1, today)
    except TokenKeyError as error:
        raise PublishingError(str(error)) from None
    refresh_current(installation, "换密钥后重建")
    return key


def is_current_whole(installation: Installation) -> bool:
    """Return whether both databases are the files that were made last, of each other, and nobody left a log beside them."""
    current: Any = read_json(installation.current_record)
    analysts: Any = read_json(installation.analysts_record)
    key: Any = read_json(installation.token_key)  # series and day alone are looked at
    try:
        as_made = (current["sha256"], key["series"], key["made_on"])
        return (
            (analysts["current"], analysts["series"], analysts["made_on"]) == as_made
            and _is_as_made(installation.current, current)
            and _is_as_made(installation.analysts, analysts["file"])
            and (analysts["page"] is None or _is_as_made(installation.analysts_dictionary, analysts["page"]))
        )
    except (KeyError, TypeError):
        return False


def _is_as_made(path: Path, record: Mapping[str, Any]) -> bool:
    as_made = WrittenFile(**record).as_found(path.parent) is not None
    return as_made and not path.with_name(f"{path.name}.wal").exists()


def _write_dictionary(installation: Installation, publications: Mapping[str, Publication]) -> WrittenFile | None:
    """Write the page that tells analysts what is in their edition; take it away where no month is published."""
    path = installation.analysts_dictionary
    if not publications:
        path.unlink(missing_ok=True)
        return None
    last = max(publications.values(), key=lambda one: one.month)
    page = analysts_dictionary(installation.analysts, Edition(last.month, last.knowledge_month, last.version))

    def write(unfinished: Path) -> None:
        unfinished.write_text(page, encoding="utf-8")
        unfinished.chmod(SEALED_MODE)

    write_whole(path, write)
    return WrittenFile.of(path, path.parent)


def _build(path: Path, publications: Mapping[str, Publication]) -> None:
    marts = published_marts() | publication_lists()
    labels = load_value_labels(load_extracts(), {name: mart for name, (mart, _) in marts.items()})
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH {literal(str(path))} AS current (STORAGE_VERSION {literal(STORAGE_VERSION)})")
        connection.execute("SET threads = 1")  # rows keep their order: a second one would mostly wait
        connection.execute("USE current")
        connection.execute("BEGIN")  # a thousand statements are written once
        create_schemas(connection)
        for mart, columns in marts.values():
            # a list may be younger than the publication; what belongs to it is there, as was checked
            places = [publication.folder / f"{mart.mart}.parquet" for publication in publications.values()]
            sources = {place: pq.read_metadata(place) for place in places if place.exists()}
            create_table(connection, mart, columns, _never_blank(sources.values(), ("month", *mart.key)))
            for source, metadata in sources.items():
                _insert(connection, mart.mart, source, metadata, columns)
            describe_table(connection, mart, columns, labels)
        bureau = load_county().bureau.name
        add_tables_beside(connection, Made("bureau", EDITION_WORDS["bureau"], bureau), marts, labels, publications)
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT current")
        connection.execute("USE memory")
        connection.execute("DETACH current")


def _never_blank(sources: Iterable[pq.FileMetaData], names: Iterable[str]) -> set[str]:
    """Return the columns of which the files themselves say that no row is without one."""
    return {name for name in names if all(_is_never_blank(source, name) for source in sources)}


def _is_never_blank(source: pq.FileMetaData, name: str) -> bool:
    if name not in source.schema.names:  # published before there was such a column
        return False
    place = source.schema.names.index(name)
    groups = [source.row_group(number) for number in range(source.num_row_groups)]
    told = [group.column(place).statistics for group in groups if group.num_rows]
    return all(statistics is not None and statistics.has_null_count and statistics.null_count == 0 for statistics in told)


def _insert(
    connection: duckdb.DuckDBPyConnection, name: str, source: Path, metadata: pq.FileMetaData, columns: Mapping[str, Field]
) -> None:
    """Insert a published list; one with today's columns is read by DuckDB itself, which is cheaper."""
    insert = f"INSERT INTO marts.{quoted(name)} SELECT * FROM"
    if metadata.schema.to_arrow_schema() == arrow_schema(columns) and not _PATTERN.search(str(source)):
        connection.execute(f"{insert} read_parquet({literal(str(source))})")
        return
    connection.register("published_rows", read_parquet(source, columns))
    connection.execute(f"{insert} published_rows")
    connection.unregister("published_rows")
