"""``analyst.duckdb``: what analysts see of ``current.duckdb``, with nobody's name or number in it.

What belongs here: each way of showing a column (``contracts.privacy``) as SQL. What does not: which column is shown how
(``config/fields.yml``), numbers (``config/analyst_edition.yml``), small counts (``small_counts``), the key (``token_key``).

It is made whole of the bureau's database, which is made of publications alone. Its rows are sorted by their tokens: in the
order of the lists their place alone would tell whose they are. What it stops and what not: docs/security.md.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from orchestration.contracts import SQL_TYPES, Field, MartContract, load_county, load_extracts
from orchestration.contracts.privacy import EditionSettings, load_edition_settings
from orchestration.contracts.questions import EDITION_WORDS
from orchestration.contracts.value_labels import ValueLabels, declared_words, load_value_labels
from orchestration.foundation.paths import Installation
from orchestration.foundation.token_key import Kind, TokenKey, TokenKeyError, load_key
from orchestration.publications.audit import last_series
from orchestration.publications.database_tables import (
    STORAGE_VERSION,
    create_schemas,
    create_table,
    describe_table,
)
from orchestration.publications.mart_tables import PublishedMarts, arrow_schema, literal, published_marts, quoted
from orchestration.publications.small_counts import cap, merged
from orchestration.publications.star import Made, add_tables_beside
from orchestration.publications.storage import PublishingError
from orchestration.publications.summaries import OTHER_TOWN, hidden_summary

OTHER_VILLAGE, OTHER_WORD = "其他村", "其他"
# Where everybody stands: how rare a value is is counted there, else in the list itself.
_POPULATIONS = ("household_month", "person_month")
_TOKENS: tuple[Kind, ...] = ("person", "household")
# Ways of showing a column that leave no cell blank that was not.
_NEVER_BLANK = frozenset({"keep", "person", "household", "town", "village", "coded", "common"})


def edition_key(installation: Installation) -> TokenKey:
    """Return the key of the tokens, which is made where there is none; ``PublishingError`` where it cannot be used."""
    today = dt.datetime.now(ZoneInfo(load_county().time_zone)).date()
    try:
        return load_key(installation.token_key, last_series(installation) + 1, today)
    except TokenKeyError as error:
        raise PublishingError(str(error)) from None


@dataclass(frozen=True)
class _Shown:
    """What is shown of what people and places are called.

    Attributes:
        towns: names of towns that are shown.
        codes: their codes.
        words: allowed words by list and column.
        caps: greatest numbers by column.
    """

    towns: frozenset[str]
    codes: frozenset[str]
    words: Mapping[tuple[str, str], frozenset[str]]
    caps: Mapping[str, int | None]


def build_edition(path: Path, bureau: Path, key: TokenKey) -> None:
    """Write the edition.

    Args:
        path: where; nothing is there.
        bureau: the bureau's database.
        key: of the tokens.
    """
    settings, marts = load_edition_settings(), published_marts()
    labels = load_value_labels(load_extracts(), {name: mart for name, (mart, _) in marts.items()})
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH {literal(str(bureau))} AS bureau (READ_ONLY)")
        connection.execute(f"ATTACH {literal(str(path))} AS edition (STORAGE_VERSION {literal(STORAGE_VERSION)})")
        connection.execute("SET threads = 1")
        connection.execute("USE edition")
        _number_tokens(connection, marts, key)
        towns, codes = _shown_places(connection, settings)
        words, caps = _shown_values(connection, marts, labels, settings)
        undeclared = frozenset(town.name for town in load_county().towns) - towns
        shown = _Shown(towns, codes, {place: allowed - undeclared for place, allowed in words.items()}, caps)
        connection.execute("BEGIN")
        create_schemas(connection)
        required = _required_of_bureau(connection)
        seen_of = {name: seen_columns(mart, columns) for name, (mart, columns) in marts.items() if mart.analysts != "none"}
        for name, (mart, columns) in marts.items():
            if name not in seen_of:
                continue
            seen, is_masked = seen_of[name], mart.analysts == "rows"
            kept = {column for column in seen if not is_masked or columns[column].analysts in _NEVER_BLANK}
            create_table(connection, mart, seen, kept & required[name])
            if mart.analysts == "summary":
                rows = connection.sql(f"SELECT * FROM bureau.marts.{quoted(name)}").to_arrow_table().to_pylist()
                hidden = hidden_summary(rows, settings.summaries[name], shown.towns, settings.smallest_group)
                connection.register("hidden", pa.Table.from_pylist(hidden, schema=arrow_schema(seen)))
                connection.execute(f"INSERT INTO marts.{quoted(name)} SELECT * FROM hidden ORDER BY ALL")
                connection.unregister("hidden")
            else:
                connection.execute(_insertion(name, columns if is_masked else {}, seen, shown, settings))
            describe_table(connection, mart, seen, labels)
        recipient = f"{load_county().bureau.name}分析员"
        made = Made("analysts", EDITION_WORDS["analysts"], recipient, None, key.series, key.made_on, settings.smallest_group)
        add_tables_beside(connection, made, {name: (marts[name][0], seen) for name, seen in seen_of.items()}, labels)
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT edition")
        connection.execute("USE memory")
        connection.execute("DETACH edition")


def _required_of_bureau(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Return, by table, which columns of the bureau's database are declared to be never blank."""
    required: dict[str, set[str]] = defaultdict(set)
    declared = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE database_name = 'bureau' AND schema_name = 'marts' AND NOT is_nullable"
    )
    for table, column in declared.fetchall():
        required[table].add(column)
    return required


def seen_columns(mart: MartContract, columns: Mapping[str, Field]) -> dict[str, Field]:
    """Return the columns of a list that the edition has, each with its type and meaning there."""
    if mart.analysts == "none":
        return {}
    return {name: _as_shown(field) for name, field in columns.items() if mart.analysts == "facts" or field.analysts != "drop"}


def _as_shown(field: Field) -> Field:
    """Return a column as the edition has it: its type and its meaning there."""
    said = {
        "person": "人员代号，各月各清单相同；不是平台编号",
        "household": "户代号，各月各清单相同；不是平台编号",
        "town": f"{field.description}；户数太少、写法不合的为“{OTHER_TOWN}”",
        "village": f"{field.description}；户数太少的为“{OTHER_VILLAGE}”",
        "age_band": f"年龄段。{field.description}",
        "coded": f"{field.description}；代码表以外的写法为“{OTHER_WORD}”",
        "common": f"{field.description}；人数太少的取值、代码表以外的写法为“{OTHER_WORD}”",
        "capped": f"{field.description}；达到的太少的大数按够多的最大数",
        "month": f"{field.description}；只到月份，为当月第一天",
        "rounded": f"{field.description}；已取整",
    }.get(field.analysts or "", field.description)
    kind = "text" if field.analysts == "age_band" else field.type
    return field.model_copy(update={"description": said, "type": kind})


def _number_tokens(connection: duckdb.DuckDBPyConnection, marts: PublishedMarts, key: TokenKey) -> None:
    """Create the tables in which each number of a person or household has its token, in this connection's memory alone."""
    for kind in _TOKENS:
        numbers = " UNION ALL ".join(
            f"SELECT DISTINCT {quoted(column)} AS number FROM bureau.marts.{quoted(name)}"
            for name, (mart, columns) in marts.items()
            for column, field in columns.items()
            if mart.analysts == "rows" and field.analysts == kind
        )
        found = connection.execute(f"SELECT DISTINCT number FROM ({numbers}) WHERE number <> ''").fetchall()
        table = pa.table({"number": [number for (number,) in found], "token": [key.token(kind, number) for (number,) in found]})
        connection.register("numbered", table.cast(pa.schema([("number", pa.string()), ("token", pa.string())])))
        connection.execute(f"CREATE TABLE memory.{kind}_tokens AS SELECT * FROM numbered")
        connection.unregister("numbered")


def _shown_places(connection: duckdb.DuckDBPyConnection, settings: EditionSettings) -> tuple[frozenset[str], frozenset[str]]:
    """Return towns and their codes that are shown; the villages that are go into a table of this connection's memory.

    A place is shown that has enough households in every month in which it occurs.
    """
    counted = connection.execute(
        "SELECT town, village, min(households) FROM (SELECT town, village, month, count(*) AS households "
        "FROM bureau.marts.household_month GROUP BY ALL) GROUP BY ALL"
    ).fetchall()
    of_towns = connection.execute(
        "SELECT town, min(households) FROM (SELECT town, month, count(*) AS households "
        "FROM bureau.marts.household_month GROUP BY ALL) GROUP BY ALL"
    ).fetchall()
    declared = {town.name: town.code for town in load_county().towns}
    counts = {town: count for town, count in of_towns if town in declared}
    towns = frozenset(counts.keys() - merged(counts, settings.smallest_group))
    villages: dict[str, dict[str, int]] = defaultdict(dict)
    for town, village, count in counted:
        if town in towns and village:
            villages[town][village] = count
    shown = [
        (town, village)
        for town, inside in villages.items()
        for village in sorted(inside.keys() - merged(inside, settings.smallest_group))
    ]
    columns = {"town": [town for town, _ in shown], "village": [village for _, village in shown]}
    connection.register(
        "shown_villages", pa.table(columns, schema=pa.schema([("town", pa.string()), ("village", pa.string())]))
    )
    connection.execute("CREATE TABLE memory.villages AS SELECT * FROM shown_villages")
    connection.unregister("shown_villages")
    return towns, frozenset(declared[town] for town in towns)


def _shown_values(
    connection: duckdb.DuckDBPyConnection,
    marts: PublishedMarts,
    labels: ValueLabels,
    settings: EditionSettings,
) -> tuple[dict[tuple[str, str], frozenset[str]], dict[str, int | None]]:
    """Return the words that are shown, by list and column, and the greatest numbers, by column."""
    words: dict[tuple[str, str], frozenset[str]] = {}
    caps: dict[str, int | None] = {}
    for name, (mart, columns) in marts.items():
        for column, field in columns.items():
            if mart.analysts != "rows" or field.analysts not in ("coded", "common", "capped"):
                continue
            counted_in = next((one for one in _POPULATIONS if column in marts[one][1]), name)
            if field.analysts == "capped":
                if column not in caps:
                    caps[column] = _cap(connection, counted_in, column, settings.smallest_group)
                continue
            allowed = declared_words(column, field, labels)
            if field.analysts == "common":
                allowed &= _common(connection, counted_in, column, allowed, settings.smallest_group)
            words[name, column] = allowed
    return words, caps


def _counts(connection: duckdb.DuckDBPyConnection, name: str, column: str) -> list[tuple[dt.date, str | int, int]]:
    """Return how many rows of each month have each value."""
    counting = f"SELECT month, {quoted(column)}, count(*) FROM bureau.marts.{quoted(name)} WHERE {quoted(column)} IS NOT NULL"
    return connection.execute(f"{counting} GROUP BY ALL").fetchall()


def _common(
    connection: duckdb.DuckDBPyConnection, name: str, column: str, allowed: frozenset[str], least: int
) -> frozenset[str]:
    """Return the allowed values that enough have in every month in which anybody has them."""
    fewest: dict[str, int] = {}
    for _, value, count in _counts(connection, name, column):
        fewest[str(value)] = min(count, fewest.get(str(value), count))
    known = {value: count for value, count in fewest.items() if value in allowed}
    return frozenset(known.keys() - merged(known, least))


def _cap(connection: duckdb.DuckDBPyConnection, name: str, column: str, least: int) -> int | None:
    """Return the greatest number that enough reach in every month."""
    by_month: dict[dt.date, Counter[int]] = defaultdict(Counter)
    for month, value, count in _counts(connection, name, column):
        by_month[month][int(value)] = count
    found = [cap(counts, least) for counts in by_month.values()]
    known = [one for one in found if one is not None]
    return min(known) if known and len(known) == len(found) else None


def _insertion(
    name: str, masked: Mapping[str, Field], seen: Mapping[str, Field], shown: _Shown, settings: EditionSettings
) -> str:
    """Return the SQL that fills a table: its columns as they are shown, rows sorted by what they are called now."""
    columns = [
        f"{_expression(name, column, masked[column], shown, settings) if column in masked else f'source.{quoted(column)}'}"
        f" AS {quoted(column)}"
        for column in seen
    ]
    joins, order = [], ["month"] if "month" in seen else []
    for column, field in masked.items():
        if field.analysts in _TOKENS:
            joins.append(
                f"LEFT JOIN memory.{field.analysts}_tokens AS {quoted(f'of_{column}')}"
                f" ON source.{quoted(column)} = {quoted(f'of_{column}')}.number"
            )
            order.append(column)
        if field.analysts == "village":
            joins.append(
                f"LEFT JOIN memory.villages AS places ON source.town = places.town AND source.{quoted(column)} = places.village"
            )
    by = ", ".join(map(quoted, order)) if len(order) > 1 else "ALL"
    return (
        f"INSERT INTO marts.{quoted(name)} SELECT {', '.join(columns)} FROM bureau.marts.{quoted(name)} AS source "
        f"{' '.join(joins)} ORDER BY {by}"
    )


def _expression(name: str, column: str, field: Field, shown: _Shown, settings: EditionSettings) -> str:
    """Return the SQL by which a column is shown."""
    source, step = f"source.{quoted(column)}", settings.money_rounded_to if field.type == "money" else "0.01"
    most = shown.caps.get(column)
    # what has no person, or no household, says so with a blank
    token = f"CASE WHEN {source} = '' THEN '' ELSE {quoted(f'of_{column}')}.token END"
    words = _only(source, shown.words.get((name, column), ()), OTHER_WORD)
    expressions = {
        "keep": source,
        "person": token,
        "household": token,
        "town": _only(source, shown.towns, OTHER_TOWN),
        "town_code": f"CASE WHEN {_among(source, shown.codes)} THEN {source} END",
        "village": f"CASE WHEN {source} IS NOT NULL THEN coalesce(places.village, {literal(OTHER_VILLAGE)}) END",
        "age_band": _band(source, settings.age_bands),
        "coded": words,
        "common": words,
        "capped": "CAST(NULL AS BIGINT)" if most is None else f"least({source}, {most})",
        "month": f"CAST(date_trunc('month', {source}) AS DATE)",
        "rounded": f"CAST(round({source} / {step}) * {step} AS {SQL_TYPES[field.type]})",
    }
    return expressions[field.analysts or "drop"]  # a way that is not known here shows nothing


def _among(source: str, words: Iterable[str]) -> str:
    listed = ", ".join(literal(word) for word in sorted(words))
    return f"{source} IN ({listed})" if listed else "false"


def _only(source: str, words: Iterable[str], other: str) -> str:
    return f"CASE WHEN {_among(source, words)} THEN {source} WHEN {source} <> '' THEN {literal(other)} ELSE {source} END"


def _band(source: str, begins: tuple[int, ...]) -> str:
    cases = [
        f"WHEN {source} < {after} THEN {literal(f'{begin:02d}—{after - 1}岁')}" for begin, after in itertools.pairwise(begins)
    ]
    last = f"WHEN {source} >= {begins[-1]} THEN {literal(f'{begins[-1]}岁以上')}"
    return f"CASE WHEN {source} < 0 THEN NULL {' '.join(cases)} {last} END"
