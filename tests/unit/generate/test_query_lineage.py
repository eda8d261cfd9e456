"""Where the columns of a query come from, at the edges of SQL that the models use."""

from __future__ import annotations

import pytest

from orchestration.generate.query_lineage import KnownTables, UnknownLineageError, query_lineage


def lineage(query: str) -> dict[str, str]:
    tables = KnownTables()
    tables.add("s", "a", ["id", "month", "x", "y"])
    tables.add("s", "b", ["id", "month", "z"])
    return {
        name: " ".join(sorted(f"{table}.{column}" for _, table, column in sources))
        for name, sources in query_lineage(query, tables).items()
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # a column, an expression, a constant; what is only joined or filtered by gives no value
        (
            "select a.id, a.x + b.z as sum, 'c' as word from w.s.a inner join w.s.b on a.id = b.id where a.y > 0",
            {"id": "a.id", "sum": "a.x b.z", "word": "", "*": "a.* a.id a.y b.* b.id"},
        ),
        # a step named as a table, and a star over it
        (
            "with b as (select id, x as z from s.a) select * from b",
            {"id": "a.id", "z": "a.x", "*": "a.*"},
        ),
        # sides of a union meet by place, not by name
        (
            "select id as k, x as v from s.a union all select z, id from s.b",
            {"k": "a.id b.z", "v": "a.x b.id", "*": "a.* b.*"},
        ),
        # rows are counted: what says which there are, before having
        (
            "select month, count(*) as n from s.a where y > 0 group by month having sum(x) > 1",
            {"month": "a.month", "n": "a.* a.month a.y", "*": "a.* a.month a.x a.y"},
        ),
        ("select count(*) filter (where x > 0) as n, count(y) as m from s.a", {"n": "a.* a.x", "m": "a.y", "*": "a.*"}),
        # a subquery counts whole, with what it names of the query around it
        (
            "select exists (select 1 from s.b where b.id = a.id and b.z > 0) as is_there from s.a",
            {"is_there": "a.id b.* b.id b.z", "*": "a.*"},
        ),
        (
            "select x in (select z from s.b) as is_among, (select max(z) from s.b) as greatest from s.a",
            {"is_among": "a.x b.* b.z", "greatest": "b.* b.z", "*": "a.*"},
        ),
        # conditions and order decide a value
        (
            "select case when y > 0 then x end as v, row_number() over (partition by id order by month) as place from s.a",
            {"v": "a.x a.y", "place": "a.id a.month", "*": "a.*"},
        ),
        # values by their place; what is said once may be used again
        (
            "select f.name, case f.name when 'x' then a.x else a.y end as v "
            "from s.a cross join (values ('x'), ('y')) as f (name)",
            {"name": "", "v": "a.x a.y", "*": "a.*"},
        ),
        ("select x * 2 as twice, twice + y as more from s.a", {"twice": "a.x", "more": "a.x a.y", "*": "a.*"}),
        # rows that are told apart by what they say
        ("select distinct x from s.a", {"x": "a.x", "*": "a.* a.x"}),
        # a name twice is called as DuckDB calls it in a table
        ("select a.id, a.x, b.id from s.a, s.b", {"id": "a.id", "x": "a.x", "id_1": "b.id", "*": "a.* b.*"}),
    ],
)  # fmt: skip
def test_every_column_names_what_stands_in_its_expression(query: str, expected: dict[str, str]) -> None:
    assert lineage(query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "select nothing from s.a",
        "select x from s.unknown",
        "select id, x from s.a inner join s.b on a.id = b.id",
        "with both as (select a.id, b.id from s.a, s.b) select * from both",
        "with both as (select a.id, b.id from s.a, s.b) select id from both",
        "select from where",
    ],
)
def test_what_cannot_be_told_is_said_not_to_be_known(query: str) -> None:
    with pytest.raises(UnknownLineageError):
        lineage(query)
