"""A town's own edition of the bureau's database, written on request: its households with their names, and nobody else's.

A list is in it that says of each row which town it concerns, or to which town it was handed; of those about nobody, all rows.
It lies where it is asked for and not with the publications, says for whom it was made and what for, and is in the audit log.
Source: 新农组办〔2023〕3号 第四条 (each town answers for its own households); docs/security.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.contracts import Field, load_extracts
from orchestration.contracts.questions import EDITION_WORDS
from orchestration.contracts.town_edition import left_out_of_town_edition
from orchestration.contracts.value_labels import load_value_labels
from orchestration.foundation.access import FILE_MODE
from orchestration.foundation.atomic_files import write_new
from orchestration.foundation.databases import writable
from orchestration.foundation.paths import Installation
from orchestration.publications.audit import note_edition
from orchestration.publications.database_tables import STORAGE_VERSION, create_schemas, create_table, describe_table
from orchestration.publications.mart_tables import literal, publication_lists, published_marts, quoted
from orchestration.publications.star import Made, ShownMarts, add_tables_beside
from orchestration.publications.storage import PublishingError, sha256

# The first of these that a list has says whose a row is.
_WHOSE = ("town", "recipient")


@dataclass(frozen=True)
class TownEdition:
    """What was written.

    Attributes:
        path: the database.
        households: how many different ones it has.
        sha256: of the file.
    """

    path: Path
    households: int
    sha256: str


def export_town(installation: Installation, town: str, path: Path, recipient: str, purpose: str) -> TownEdition:
    """Write the edition of a town and note it.

    Args:
        installation: whose database it is taken from.
        town: a declared town of the county.
        path: where; nothing is there.
        recipient: Chinese, who gets it.
        purpose: Chinese, what for.

    Raises:
        FileExistsError: something is there.
        PublishingError: there is no database to take it from, or the log cannot be written; no file is left then.
    """
    if not installation.current.exists():
        raise PublishingError(f"没有 {installation.current}，还没有可以提供的数据；请先运行一个月，或检查 --marts")
    made = Made("town", f"{EDITION_WORDS['town']}（{town}）", recipient, purpose)

    def write(unfinished: Path) -> None:
        build_town(unfinished, installation.current, town, made)
        unfinished.chmod(FILE_MODE)

    write_new(path, write)
    digest = sha256(path)
    try:
        note_edition(installation, f"town/{town}", digest, f"{purpose}；提供给{recipient}")
    except OSError as error:
        path.unlink()
        raise PublishingError(
            f"审计记录 {installation.audit_log} 不能写入（{error.strerror}），没有写出；请用运行程序的用户执行"
        ) from None
    with duckdb.connect(str(path), read_only=True) as connection:
        counted = connection.execute("SELECT count(DISTINCT household_id) FROM marts.household_month").fetchone()
    return TownEdition(path, counted[0] if counted else 0, digest)


def build_town(path: Path, bureau: Path, town: str, made: Made) -> None:
    """Write the edition of a town.

    Args:
        path: where; nothing is there.
        bureau: the database that it is taken from.
        town: whose households it has.
        made: what it says of itself.
    """
    marts = published_marts() | publication_lists()
    labels = load_value_labels(load_extracts(), {name: mart for name, (mart, _) in marts.items()})
    shown = _shown(marts)
    with writable(path) as place, duckdb.connect() as connection:
        connection.execute(f"ATTACH {literal(str(bureau))} AS bureau (READ_ONLY)")
        connection.execute(f"ATTACH {literal(str(place))} AS town (STORAGE_VERSION {literal(STORAGE_VERSION)})")
        connection.execute("SET threads = 1")
        connection.execute("USE town")
        connection.execute("BEGIN")
        create_schemas(connection)
        for name, (mart, columns) in shown.items():
            create_table(connection, mart, columns)
            whose = _whose(columns) if mart.analysts != "facts" else None
            condition = f"WHERE {quoted(whose)} = {literal(town)}" if whose else ""
            chosen = ", ".join(map(quoted, columns))
            connection.execute(f"INSERT INTO marts.{quoted(name)} SELECT {chosen} FROM bureau.marts.{quoted(name)} {condition}")
            describe_table(connection, mart, columns, labels)
        add_tables_beside(connection, made, shown, labels)
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT town")
        connection.execute("USE memory")
        connection.execute("DETACH town")


def _shown(marts: ShownMarts) -> ShownMarts:
    """Return the lists that are in it, with their columns there."""
    left_out = left_out_of_town_edition()
    return {
        name: (mart, {column: field for column, field in columns.items() if column not in left_out})
        for name, (mart, columns) in marts.items()
        if mart.analysts == "facts" or _whose(columns)
    }


def _whose(columns: Mapping[str, Field]) -> str | None:
    return next((name for name in _WHOSE if name in columns), None)
