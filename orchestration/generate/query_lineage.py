"""From which columns each column of a query comes, read from the query as sqlglot parses it; nothing is run.

What belongs here: SQL, as a pure function of its text and of the columns of the tables it reads. What does not: dbt, files.

A column comes from every column that stands in its expression, conditions of ``case`` and order of windows included; within a
subquery that is all of it. ``count(*)`` has no column: it comes from the rows, which are what the tables have, and what says
which of them there are (``where``, ``on``, ``group by`` …). Whether a row is there is otherwise no part of where a value
comes from. Rows are written as the column ``*``.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope
from sqlglot.schema import MappingSchema

ROWS = "*"
# schema, table, column
Source = tuple[str, str, str]
Sources = frozenset[Source]

_DIALECT = "duckdb"
_NOTHING: Sources = frozenset()


class KnownTables:
    """The columns of what queries read, by schema and table."""

    def __init__(self) -> None:
        self.schema = MappingSchema(dialect=_DIALECT)

    def add(self, schema: str, table: str, columns: Iterable[str]) -> None:
        """Let queries read a table."""
        named = dict.fromkeys(columns, "varchar")
        self.schema.add_table(exp.table_(table, schema), named, dialect=_DIALECT)


class UnknownLineageError(Exception):
    """The query says something that is not understood here, so that where its columns come from is not known."""


def query_lineage(query: str, tables: KnownTables) -> dict[str, Sources]:
    """Return the sources of every column of a query, in its order, and of its rows (``ROWS``).

    Args:
        query: one select statement, in DuckDB's SQL; tables with their schema, a database before it does not count.
        tables: everything it reads.

    Raises:
        UnknownLineageError: it cannot be told. The message is sqlglot's, or names the part that is not understood.
    """
    try:
        parsed = parse_one(query, dialect=_DIALECT)
        for table in parsed.find_all(exp.Table):
            table.set("catalog", None)
        qualified = qualify(parsed, schema=tables.schema, dialect=_DIALECT, quote_identifiers=False, identify=False)
        scope = build_scope(qualified)
    except SqlglotError as error:
        raise UnknownLineageError(str(error)) from error
    if scope is None:
        raise UnknownLineageError("not a select statement")
    reader = _Reader()
    return {**reader.columns(scope), ROWS: reader.rows(scope)}


class _Reader:
    """Reads the scopes (select statements) of one query, each once."""

    def __init__(self) -> None:
        self._columns: dict[int, dict[str, Sources]] = {}
        self._read: dict[int, Sources] = {}

    def columns(self, scope: Scope) -> dict[str, Sources]:
        """Return the sources of the columns of a scope, in its order."""
        if id(scope) not in self._columns:
            self._columns[id(scope)] = self._look(scope)
        return self._columns[id(scope)]

    def _look(self, scope: Scope) -> dict[str, Sources]:
        query = scope.expression
        if isinstance(query, exp.SetOperation):
            left, right = (self.columns(one) for one in scope.set_operation_scopes)
            if len(left) != len(right):
                raise UnknownLineageError("the sides of a union have different columns")
            return {name: of_left | of_right for (name, of_left), of_right in zip(left.items(), right.values(), strict=True)}
        if isinstance(query, exp.Values):
            names = [column.name for column in query.args["alias"].columns]
            places = zip(*(row.expressions for row in query.expressions), strict=True)
            return {name: self._of_all(values, scope) for name, values in zip(names, places, strict=True)}
        if isinstance(query, exp.Select):
            return self._selected(query, scope)
        raise UnknownLineageError(f"{type(query).__name__} as a table")

    def _selected(self, query: exp.Select, scope: Scope) -> dict[str, Sources]:
        """Return the sources of what is selected; of a name that is there twice the second is called as DuckDB calls it."""
        found: dict[str, Sources] = {}
        for one in query.selects:
            if one.is_star:  # over two columns of one name
                raise UnknownLineageError(f"a star that is not known: {one.sql(_DIALECT)}")
            name, number = one.alias_or_name, 0
            while name in found:
                if not scope.is_root:  # a star over it would mean both and name one
                    raise UnknownLineageError(f"two columns {one.alias_or_name} in one step")
                number += 1
                name = f"{one.alias_or_name}_{number}"
            found[name] = self._of(one, scope)
        return found

    def rows(self, scope: Scope) -> Sources:
        """Return what says which rows a scope has."""
        query = scope.expression
        if isinstance(query, exp.SetOperation):
            rows = _joined(self.rows(one) for one in scope.set_operation_scopes)
            keeps_all = isinstance(query, exp.Union) and not query.args.get("distinct")
            return rows if keeps_all else rows | _joined(self.columns(scope).values())
        if not isinstance(query, exp.Select):
            return _NOTHING
        rows = self._rows_read(scope) | self._of_all((query.args.get(part) for part in ("having", "qualify", "limit")), scope)
        return rows | _joined(self.columns(scope).values()) if query.args.get("distinct") else rows

    def _rows_read(self, scope: Scope) -> Sources:
        """Return what says which rows a select statement counts: those before its having."""
        if id(scope) not in self._read:
            query = scope.expression
            joins = query.args.get("joins") or ()
            parts = [query.args.get("where"), query.args.get("group"), *(join.args.get("on") for join in joins)]
            tables = (source for _, source in scope.selected_sources.values())
            of_tables = (self.rows(one) if isinstance(one, Scope) else frozenset({(one.db, one.name, ROWS)}) for one in tables)
            self._read[id(scope)] = self._of_all(parts, scope) | _joined(of_tables)
        return self._read[id(scope)]

    def _of_all(self, parts: Iterable[exp.Expr | None], scope: Scope) -> Sources:
        return _joined(self._of(one, scope) for one in parts if one is not None)

    def _of(self, part: exp.Expr, scope: Scope) -> Sources:
        """Return the sources of everything that stands in a part of a scope."""
        if isinstance(part, exp.Column):
            return self._of_column(part, scope)
        if isinstance(part, exp.Query):
            inner = part.unnest() if isinstance(part, exp.Subquery) else part
            own = next((one for one in scope.subquery_scopes if one.expression is inner), None)
            if own is None:
                raise UnknownLineageError(f"subquery: {part.sql(_DIALECT)[:80]}")
            return self.rows(own) | _joined(self.columns(own).values())
        counted = self._rows_read(scope) if isinstance(part, exp.Count) and isinstance(part.this, exp.Star) else _NOTHING
        return counted | _joined(self._of(one, scope) for one in part.iter_expressions())

    def _of_column(self, column: exp.Column, scope: Scope) -> Sources:
        place: Scope | None = scope
        while place is not None:  # a subquery may name a table of the query around it
            source = place.sources.get(column.table)
            if isinstance(source, Scope):
                return self.columns(source)[column.name]
            if source is not None:
                return frozenset({(source.db, source.name, column.name)})
            place = place.parent
        raise UnknownLineageError(f"column: {column.sql(_DIALECT)}")


def _joined(some: Iterable[Sources]) -> Sources:
    return frozenset().union(*some)
