"""Marts as Arrow tables and as Parquet whose bytes depend on nothing but the rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.contracts import (
    SQL_TYPES,
    Field,
    MartContract,
    load_fields,
    load_marts,
    load_publication_lists,
    mart_fields,
)
from orchestration.foundation.months import Month
from orchestration.publications.storage import PublishingError

PublishedMarts = dict[str, tuple[MartContract, dict[str, Field]]]

ROW_GROUP_ROWS = 65_536

_ARROW_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "boolean": pa.bool_(),
    "integer": pa.int64(),
    "money": pa.decimal128(14, 2),
    "ratio": pa.decimal128(18, 4),
    "figure": pa.decimal128(18, 4),
    "date": pa.date32(),
    "month": pa.date32(),
    "text_list": pa.list_(pa.string()),
}


def quoted(name: str) -> str:
    """Return a name as SQL identifier, in double quotes whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL literal, in single quotes whatever it holds."""
    return "'" + text.replace("'", "''") + "'"


def published_marts() -> PublishedMarts:
    """Return every mart that a month publishes, by name, with its columns."""
    return _with_columns(load_marts())


def publication_lists() -> PublishedMarts:
    """Return every list that publishing itself makes, with its columns; not every version has it."""
    return _with_columns(load_publication_lists())


def _with_columns(contracts: Mapping[str, MartContract]) -> PublishedMarts:
    fields = load_fields()
    return {name: (mart, mart_fields(mart, fields)) for name, mart in contracts.items()}


def arrow_schema(columns: Mapping[str, Field]) -> pa.Schema:
    """Return the schema of a Parquet file with these columns, in their order; money is exact to the cent."""
    return pa.schema([(name, _ARROW_TYPES[field.type]) for name, field in columns.items()])


def read_mart(warehouse: duckdb.DuckDBPyConnection, mart: MartContract, columns: Mapping[str, Field], month: Month) -> pa.Table:
    """Return the rows of one month, sorted by the key.

    Text is compared by its bytes and nulls come first. No two rows share a key: dbt has tested it (``unique_key``).

    Raises:
        PublishingError: the mart is missing from the warehouse or differs from its contract.
    """
    names = ", ".join(quoted(name) for name in columns)
    order = ", ".join(f"{quoted(name)} ASC NULLS FIRST" for name in mart.key)
    table = f"marts.{quoted(mart.mart)}"
    try:
        described = warehouse.execute(f"DESCRIBE SELECT {names} FROM {table}").fetchall()
    except duckdb.Error as error:
        raise PublishingError(f"工作库中没有清单 {mart.mart}，或缺少约定的列；请重新运行该月后再发布") from error
    different = [
        row[0] for row, field in zip(described, columns.values(), strict=True) if row[1].lower() != SQL_TYPES[field.type]
    ]
    if different:
        raise PublishingError(f"清单 {mart.mart} 的列 {'、'.join(different)} 与约定的类型不同；请重新运行该月后再发布")
    rows = warehouse.sql(f"SELECT {names} FROM {table} WHERE month = ? ORDER BY {order}", params=[month.first_day])
    return rows.to_arrow_table().cast(arrow_schema(columns)).combine_chunks()


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a mart: same rows and same library, same bytes."""
    pq.write_table(
        table,
        path,
        version="2.6",
        compression="zstd",
        compression_level=9,
        row_group_size=ROW_GROUP_ROWS,
        store_schema=False,
    )


def read_parquet(path: Path, columns: Mapping[str, Field]) -> pa.Table:
    """Return a published mart with the columns of today's contract; a column that it was published without is null.

    Raises:
        PublishingError: a column holds values that today's type cannot take.
    """
    file = pq.ParquetFile(path)
    try:
        present = set(file.schema_arrow.names)
        table = file.read(columns=[name for name in columns if name in present])
    finally:
        file.close()
    schema = arrow_schema(columns)
    try:
        arrays = [
            table.column(field.name).cast(field.type) if field.name in present else pa.nulls(table.num_rows, field.type)
            for field in schema
        ]
    except pa.ArrowInvalid as error:
        raise PublishingError(f"{path} 是按较早的列类型发布的，读不进现在的表；请重新发布该月") from error
    return pa.table(arrays, schema=schema)
