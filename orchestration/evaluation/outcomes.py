"""How well rows are matched: the persons they were joined to, held against whom they are about in a synthetic county.

What belongs here: counting. What does not: matching (``dbt_project/models/intermediate/matching``), inventing errors
(``synthesis``), tables of what was counted (``tables``).

A row *is due* when it counts (it is not replaced by another row of its key) and the person it is about has a row in that
month's member roster, active or 减少. It is *found* when it is joined to that person, through whichever of the person's rows,
or to a member whom the roster gives the same person_key (to the rules they are one person); any other join, also of a row about
nobody on the roster, is a *wrong pair*. Rows refused at the door are counted apart: matching never saw them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.contracts import ExtractContract, load_county, load_extracts
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation

ROSTER = "rural_revitalization__member_roster"
NO_ERROR, OF_ROSTER, SEVERAL = "(none)", "roster: ", "(two or more)"


def share(part: int, whole: int) -> float:
    """Return a share, 1 of nothing."""
    return part / whole if whole else 1.0


@dataclass(frozen=True)
class Tier:
    """What one state joined.

    Attributes:
        state: as in ``int_row_matches``.
        joined: rows joined to a member.
        right: of these, to the person they are about.
    """

    state: str
    joined: int
    right: int

    @property
    def wrong(self) -> int:
        """Wrong pairs."""
        return self.joined - self.right


@dataclass(frozen=True)
class ErrorClass:
    """What became of the rows with one kind of error, in the row or in the roster.

    Attributes:
        name: the class; ``(none)`` for rows without an error on either side, ``(two or more)`` for rows with several.
        due: rows that should be found.
        found: joined to the right person.
        wrong: joined to somebody else.
        queued: not joined, in review with the right person among the candidates.
    """

    name: str
    due: int
    found: int
    wrong: int
    queued: int

    @property
    def recall(self) -> float:
        """Share found without people."""
        return share(self.found, self.due)

    @property
    def recall_after_review(self) -> float:
        """Share found once every queued row is decided rightly."""
        return share(self.found + self.queued, self.due)

    @property
    def lost(self) -> int:
        """Rows that neither matching nor review finds."""
        return self.due - self.found - self.queued


@dataclass(frozen=True)
class Evaluation:
    """How well the rows of some months were matched.

    Attributes:
        set_aside: delivered rows about persons that were not landed; not counted below.
        rows: landed rows about persons.
        without_one_state: landed rows that are in no state or in several; has to be 0.
        counted: rows that count.
        due: rows that count and belong to a member.
        joined: rows that count and are joined to a member.
        found: rows joined to the right person.
        shared: of these, those named by another member's row because the roster gives both the same number.
        queue: rows in review.
        queue_identities: different documents and names in review, which is what a person decides; None where unknown.
        queue_true: rows in review whose person is among the candidates.
        tiers: by state.
        classes: by error class, most rows first.
        lost: error classes of rows that neither matching nor review finds, with their number, most first.
    """

    set_aside: int
    rows: int
    without_one_state: int
    counted: int
    due: int
    joined: int
    found: int
    shared: int
    queue: int
    queue_identities: int | None
    queue_true: int
    tiers: tuple[Tier, ...]
    classes: tuple[ErrorClass, ...]
    lost: tuple[tuple[str, int], ...]

    @property
    def wrong(self) -> int:
        """Rows joined to somebody they are not about."""
        return self.joined - self.found

    @property
    def precision(self) -> float:
        """Share of joined rows that are joined rightly."""
        return share(self.found, self.joined)

    @property
    def recall(self) -> float:
        """Share of due rows found without people."""
        return share(self.found, self.due)

    @property
    def recall_after_review(self) -> float:
        """Share of due rows found once every row in review is decided rightly."""
        return share(self.found + self.queue_true, self.due)

    @property
    def queue_share(self) -> float:
        """Rows in review as a share of rows that count."""
        return self.queue / self.counted if self.counted else 0.0


def department_extracts() -> list[ExtractContract]:
    """Return the extracts whose rows are matched to the roster."""
    bureau = load_county().bureau.code
    return [contract for contract in load_extracts().values() if contract.subject and contract.department != bureau]


def evaluate_matching(installation: Installation, truth: Path, months: Sequence[Month]) -> Evaluation:
    """Hold the matches of computed months against the truth.

    Args:
        installation: whose warehouse and landed files are read; ``int_row_matches`` must have been built.
        truth: ``.truth/person_links.parquet`` of the synthetic county.
        months: computed months, ``YYYY-MM``.

    Returns:
        The counts, over all months together.
    """
    with duckdb.connect(str(installation.warehouse), read_only=True) as connection:
        load_truth(connection, installation, truth, months)
        _load_matches(connection)
        return _counted(connection)


def load_truth(connection: duckdb.DuckDBPyConnection, installation: Installation, truth: Path, months: Sequence[Month]) -> None:
    """Make ``truth`` (department rows), ``members`` (whom each roster row is about) and ``landed`` (rows that came in)."""
    wanted = [contract.extract for contract in department_extracts()]
    connection.execute(
        "create temp table all_truth as select month, extract, file, row_number, person_id as person, error_class "
        "from read_parquet($truth) where list_contains($months, month)",
        {"truth": str(truth), "months": list(months)},
    )
    connection.execute(
        "create temp table truth as select * from all_truth where list_contains($wanted, extract)", {"wanted": wanted}
    )
    rosters = landed_files(installation, [ROSTER], months)
    connection.execute(
        f"""
        create temp table members as
        select
            strftime(landed.delivery_month, '%Y-%m') as month,
            landed.person_id,
            coalesce(all_truth.person, landed.person_id) as person,
            all_truth.error_class
        from read_parquet({rosters}) as landed
        left join all_truth
            on
                all_truth.extract = '{ROSTER}'
                and strftime(landed.delivery_month, '%Y-%m') = all_truth.month
                and landed.file = all_truth.file
                and landed.row_number = all_truth.row_number
        """
    )
    parts = [
        f"select '{extract}' as extract, strftime(delivery_month, '%Y-%m') as month, file, row_number "
        f"from read_parquet({paths})"
        for extract in wanted
        if (paths := landed_files(installation, [extract], months))
    ]
    connection.execute(f"create temp table landed as {' union all '.join(parts)}")


def landed_files(installation: Installation, extracts: Iterable[str], months: Iterable[Month]) -> list[str]:
    """Return the Parquet of landed rows that there are, of some extracts and months."""
    paths = [installation.landed_extract(extract, month) for extract in extracts for month in months]
    return [str(path) for path in paths if path.exists()]


def _load_matches(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``matches`` (the state of every row) and ``candidates`` (of rows in review)."""
    connection.execute(
        """
        create temp table matches as
        select strftime(month, '%Y-%m') as month, extract, file, row_number, state, person_id
        from intermediate.int_row_matches
        """
    )
    there = {
        f"{schema}.{table}"
        for schema, table in connection.execute("select table_schema, table_name from information_schema.tables").fetchall()
    }
    if "marts.match_review" in there:
        # one text or a list of numbers, whichever the mart holds
        candidates = """
        select
            strftime(month, '%Y-%m') as month, extract, file, row_number,
            unnest(regexp_extract_all(cast(candidate_person_ids as varchar), '[0-9A-Za-z]+')) as person_id
        from marts.match_review
        """
    elif {"intermediate.int_identity_reviews", "intermediate.int_department_rows"} <= there:
        candidates = """
        select
            strftime(reviews.month, '%Y-%m') as month, department_rows.extract, department_rows.file,
            department_rows.row_number, reviews.person_id
        from intermediate.int_identity_reviews as reviews
        inner join intermediate.int_department_rows as department_rows
            on reviews.identity_id = department_rows.identity_id and reviews.month = department_rows.delivery_month
        """
    else:
        candidates = "select month, extract, file, row_number, person_id from matches where false"
    connection.execute(f"create temp table candidates as {candidates}")
    # Several member rows with one person_key are one person to the rules, whoever they are really about.
    keys = (
        "select strftime(month, '%Y-%m') as month, person_id, person as one_key from intermediate.int_roster_members"
        if "intermediate.int_roster_members" in there
        else "select month, person_id, person_id as one_key from members"
    )
    connection.execute(f"create temp table keys as {keys}")
    identities = (
        "select strftime(delivery_month, '%Y-%m') as month, extract, file, row_number, identity_id "
        "from intermediate.int_department_rows"
        if "intermediate.int_department_rows" in there
        else "select month, extract, file, row_number, cast(null as varchar) as identity_id from matches where false"
    )
    connection.execute(f"create temp table identities as {identities}")


def _counted(connection: duckdb.DuckDBPyConnection) -> Evaluation:
    key = "month, extract, file, row_number"
    connection.execute(
        f"""
        create temp table judged as
        with people as (
            select month, person, nullif(string_agg(distinct error_class, '+'), '') as error_class
            from members group by month, person
        ),
        groups as (
            select distinct keys.month, keys.person_id, others.person
            from keys
            inner join keys as same on keys.month = same.month and keys.one_key = same.one_key
            inner join members as others on same.month = others.month and same.person_id = others.person_id
        ),
        hopeful as (
            select distinct {", ".join("candidates." + column for column in key.split(", "))}
            from candidates
            inner join groups using (month, person_id)
            inner join truth
                on candidates.month = truth.month and candidates.extract = truth.extract
                and candidates.file = truth.file and candidates.row_number = truth.row_number
                and groups.person = truth.person
        )
        select
            truth.*,
            matches.state,
            people.person is not null as is_due,
            matches.person_id is not null as is_joined,
            own.person is not null as is_found,
            own.person is not null and joined.person <> truth.person as is_shared,
            hopeful.row_number is not null and matches.state = 'review' as is_hopeful,
            people.error_class as roster_class,
            identities.identity_id
        from truth
        inner join matches using ({key})
        left join people on truth.month = people.month and truth.person = people.person
        left join (select month, person_id, min(person) as person from members group by month, person_id) as joined
            on truth.month = joined.month and matches.person_id = joined.person_id
        left join groups as own
            on truth.month = own.month and matches.person_id = own.person_id and truth.person = own.person
        left join hopeful using ({key})
        left join identities using ({key})
        where matches.state <> 'replaced'
        """
    )

    def numbers(query: str) -> tuple[int, ...]:
        return tuple(int(value or 0) for value in connection.execute(query).fetchall()[0])

    (set_aside,) = numbers(f"select count(*) from truth anti join landed using ({key})")
    rows, stateless, doubled = numbers(
        f"""
        with states as (select {key}, count(state) as states from matches group by {key})
        select count(*), count(*) filter (coalesce(states, 0) = 0), count(*) filter (states > 1)
        from landed left join states using ({key})
        """
    )
    counted, due, joined, found, shared, queue, hopeful, queue_identities, known = numbers(
        """
        select
            count(*), count(*) filter (is_due), count(*) filter (is_joined), count(*) filter (is_found),
            count(*) filter (is_shared),
            count(*) filter (state = 'review'), count(*) filter (is_hopeful),
            count(distinct (month, identity_id)) filter (state = 'review' and identity_id is not null), count(identity_id)
        from judged
        """
    )
    return Evaluation(
        set_aside=set_aside,
        rows=rows,
        without_one_state=stateless + doubled,
        counted=counted,
        due=due,
        joined=joined,
        found=found,
        shared=shared,
        queue=queue,
        queue_identities=queue_identities if known else None,
        queue_true=hopeful,
        tiers=_tiers(connection),
        classes=_classes(connection),
        lost=_lost(connection),
    )


def _tiers(connection: duckdb.DuckDBPyConnection) -> tuple[Tier, ...]:
    found = connection.execute(
        """
        select state, count(*), count(*) filter (is_found) from judged where is_joined
        group by state order by count(*) desc, state
        """
    ).fetchall()
    return tuple(Tier(*row) for row in found)


def _classes(connection: duckdb.DuckDBPyConnection) -> tuple[ErrorClass, ...]:
    """Count by class. A row with several errors is counted under each, and once more under ``(two or more)``."""
    found = connection.execute(
        f"""
        with due as (
            select
                *,
                list_concat(
                    string_split(coalesce(error_class, ''), '+'),
                    list_transform(
                        list_filter(string_split(coalesce(roster_class, ''), '+'), lambda name: name <> ''),
                        lambda name: '{OF_ROSTER}' || name
                    )
                ) as raw_classes
            from judged where is_due
        ),
        classed as (
            select *, list_filter(raw_classes, lambda name: name <> '') as classes from due
        ),
        named as (
            select
                *,
                unnest(case len(classes)
                    when 0 then ['{NO_ERROR}']
                    when 1 then classes
                    else list_append(classes, '{SEVERAL}')
                end) as class
            from classed
        )
        select
            class, count(*), count(*) filter (is_found), count(*) filter (is_joined and not is_found),
            count(*) filter (is_hopeful)
        from named group by class order by count(*) desc, class
        """
    ).fetchall()
    return tuple(ErrorClass(*row) for row in found)


def _lost(connection: duckdb.DuckDBPyConnection) -> tuple[tuple[str, int], ...]:
    found = connection.execute(
        f"""
        select
            concat_ws('+', error_class, '{OF_ROSTER}' || roster_class) as class, count(*)
        from judged where is_due and not is_found and not is_hopeful
        group by class order by count(*) desc, class
        """
    ).fetchall()
    return tuple((name or NO_ERROR, rows) for name, rows in found)
