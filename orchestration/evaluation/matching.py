"""How well rows are matched: the persons they were joined to, held against whom they are about in a synthetic county.

What belongs here: counting, and the tables that say what was counted (English; a developer's tool). What does not: matching
(``dbt_project/models/intermediate/matching``), inventing errors (``synthesis``).

A row *is due* when it counts (it is not replaced by another row of its key) and the person it is about has a row in that
month's member roster, active or 减少. It is *found* when it is joined to that person, through whichever of the person's rows,
or to a member whom the roster gives the same person_key (to the rules they are one person); any other join, also of a row about
nobody on the roster, is a *wrong pair*. Rows refused at the door are counted apart: matching never saw them.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.contracts import ExtractContract, load_county, load_extracts
from orchestration.contracts.yaml_file import read_yaml
from orchestration.foundation.paths import CONFIG, Installation
from orchestration.warehouse.run_request import RunRequest

ROSTER = "rural_revitalization__member_roster"
NO_ERROR, OF_ROSTER, SEVERAL = "(none)", "roster: ", "(two or more)"

GOALS = {
    "precision": 0.9999,
    "recall": 0.995,
    "recall at double errors": 0.99,
    "recall after review": 0.998,
    "queue share": 0.001,
    "seconds": 60.0,
}


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


def evaluate_matching(installation: Installation, truth: Path, months: Sequence[str]) -> Evaluation:
    """Hold the matches of computed months against the truth.

    Args:
        installation: whose warehouse and landed files are read; ``int_row_matches`` must have been built.
        truth: ``.truth/person_links.parquet`` of the synthetic county.
        months: computed months, ``YYYY-MM``.

    Returns:
        The counts, over all months together.
    """
    with duckdb.connect(str(installation.warehouse), read_only=True) as connection:
        _load_truth(connection, installation, truth, months)
        _load_matches(connection)
        return _counted(connection)


def _load_truth(connection: duckdb.DuckDBPyConnection, installation: Installation, truth: Path, months: Sequence[str]) -> None:
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
    rosters = _landed(installation, [ROSTER], months)
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
        if (paths := _landed(installation, [extract], months))
    ]
    connection.execute(f"create temp table landed as {' union all '.join(parts)}")


def _landed(installation: Installation, extracts: Iterable[str], months: Iterable[str]) -> list[str]:
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


# ---------------------------------------------------------------------------------------------------------------------
# What a plain join would find


@dataclass(frozen=True)
class Baseline:
    """A plain join of department rows with the member roster.

    Attributes:
        due: rows that belong to a member.
        found: of these, joined with a row of that member.
        wrong: pairs of a row and somebody it is not about.
        seconds: time the join took.
    """

    due: int
    found: int
    wrong: int
    seconds: float

    @property
    def recall(self) -> float:
        """Share of due rows found."""
        return share(self.found, self.due)

    @property
    def precision(self) -> float:
        """Share of joined pairs that are right, each found row being one."""
        return share(self.found, self.found + self.wrong)


def evaluate_plain_join(installation: Installation, truth: Path, months: Sequence[str], *, is_normalized: bool) -> Baseline:
    """Return what an equality join on the first document finds, blanks excluded; no name is looked at.

    Args:
        installation: whose landed files are read.
        truth: as for ``evaluate_matching``.
        months: ``YYYY-MM``.
        is_normalized: join on documents as landing normalises them; else as a spreadsheet shows what was delivered, without
            the apostrophe or ``="…"`` that some files put around every number.
    """
    suffix = "_normalized" if is_normalized else ""
    parts = []
    for contract in department_extracts():
        assert contract.subject  # noqa: S101  department_extracts has only these
        document = f"{contract.subject.documents[0]}{suffix}"
        if paths := _landed(installation, [contract.extract], months):
            parts.append(
                f"select '{contract.extract}' as extract, strftime(delivery_month, '%Y-%m') as month, file, row_number, "
                f"{document} as document from read_parquet({paths})"
            )
    with duckdb.connect() as connection:
        _load_truth(connection, installation, truth, months)
        connection.execute(f"create temp table documents as {' union all '.join(parts)}")
        shown = "document" if is_normalized else "regexp_replace(document, '^(=\"|'')|\"$', '', 'g')"
        rosters = _landed(installation, [ROSTER], months)
        connection.execute(
            "create temp table numbers as select distinct strftime(delivery_month, '%Y-%m') as month, person_id, "
            f"id_number{suffix} as document from read_parquet({rosters})"
        )
        begin = time.perf_counter()
        connection.execute(
            "create temp table pairs as select documents.* exclude (document), numbers.person_id from "
            f"(select * replace ({shown} as document) from documents) as documents "
            f"inner join (select * replace ({shown} as document) from numbers) as numbers using (month, document)"
        )
        seconds = time.perf_counter() - begin
        due, found, wrong = connection.execute(
            """
            with about as (
                select distinct pairs.extract, pairs.month, pairs.file, pairs.row_number, members.person
                from pairs inner join members using (month, person_id)
            ),
            people as (select distinct month, person from members)
            select
                (select count(*) from documents inner join truth using (month, extract, file, row_number)
                 inner join people on truth.month = people.month and truth.person = people.person),
                count(*) filter (truth.person = about.person),
                count(*) filter (truth.person is distinct from about.person)
            from about inner join truth using (month, extract, file, row_number)
            """
        ).fetchall()[0]
    return Baseline(due, found, wrong, seconds)


# ---------------------------------------------------------------------------------------------------------------------
# Tables


def aligned(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as text: the first column to the left, the others to the right, two blanks between."""
    lines = [list(header), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.5f}"
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else str(value)


def merged_tiers(evaluations: Sequence[Evaluation]) -> list[Tier]:
    """Return tiers summed over evaluations."""
    sums: dict[str, list[int]] = {}
    for tier in (tier for evaluation in evaluations for tier in evaluation.tiers):
        total = sums.setdefault(tier.state, [0, 0])
        total[0] += tier.joined
        total[1] += tier.right
    return sorted((Tier(state, *total) for state, total in sums.items()), key=lambda tier: (-tier.joined, tier.state))


def merged_classes(evaluations: Sequence[Evaluation]) -> list[ErrorClass]:
    """Return error classes summed over evaluations."""
    sums: dict[str, list[int]] = {}
    for one in (one for evaluation in evaluations for one in evaluation.classes):
        total = sums.setdefault(one.name, [0, 0, 0, 0])
        for place, value in enumerate((one.due, one.found, one.wrong, one.queued)):
            total[place] += value
    return sorted((ErrorClass(name, *total) for name, total in sums.items()), key=lambda one: (-one.due, one.name))


def tier_table(evaluations: Sequence[Evaluation]) -> str:
    """Return what each tier joined, summed over evaluations."""
    return aligned(
        ("tier", "rows joined", "wrong", "precision"),
        [(tier.state, tier.joined, tier.wrong, share(tier.right, tier.joined)) for tier in merged_tiers(evaluations)],
    )


def class_table(evaluations: Sequence[Evaluation]) -> str:
    """Return recall by error class, summed over evaluations, which is the mean weighted by rows."""
    return aligned(
        ("error class", "rows due", "found", "wrong", "in review", "lost", "recall", "after review"),
        [
            (one.name, one.due, one.found, one.wrong, one.queued, one.lost, one.recall, one.recall_after_review)
            for one in merged_classes(evaluations)
        ],
    )


def lost_table(evaluations: Sequence[Evaluation], most: int = 15) -> str:
    """Return the commonest errors of rows that neither matching nor review finds."""
    sums: dict[str, int] = {}
    for name, rows in (pair for evaluation in evaluations for pair in evaluation.lost):
        sums[name] = sums.get(name, 0) + rows
    return aligned(("lost rows, by errors together", "rows"), sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))[:most])


# ---------------------------------------------------------------------------------------------------------------------
# Trials: one synthetic delivery, landed, matched and held against its truth

MATCHING = ("int_row_matches", "match_review")  # whichever of them the dbt project has


@dataclass(frozen=True)
class Trial:
    """One scenario and seed.

    Attributes:
        seconds: time dbt took for staging and matching, without landing.
        raw: the plain join on documents as delivered.
        normalized: the plain join on normalised documents.
    """

    scenario: str
    seed: int
    evaluation: Evaluation
    seconds: float
    raw: Baseline
    normalized: Baseline


def trial_month() -> str:
    """Return the delivery that trials are made with, the demo's last."""
    return str(read_yaml(CONFIG / "demo.yml")["last_month"])


def run_trial(folder: Path, households: int, scenario: str, seed: int) -> Trial:
    """Write a county's delivery below ``folder``, land it, build what matching needs and evaluate.

    Args:
        folder: new folder to work in; everything stays there.
        households: households on the roster.
        scenario: of ``orchestration.synthesis.SCENARIOS``.
        seed: of the county; scenarios of one seed are of the same people.

    Returns:
        What was measured.
    """
    from orchestration.landing import LandingPool
    from orchestration.synthesis import synthesize
    from orchestration.warehouse import dbt_runner as warehouse
    from orchestration.warehouse.kept_months import write_history
    from orchestration.warehouse.reference import write_reference

    installation, month = Installation.at(folder / "raw", folder / "marts"), trial_month()
    synthesize(installation.raw, households, month, month, seed, errors=scenario)
    contracts = list(load_extracts().values())
    with LandingPool() as pool:
        pool.submit_all(installation, contracts, [month])
        for contract in contracts:
            pool.result(contract.extract, month)
    request = RunRequest.asking({month: month})
    write_reference(installation, request)
    write_history(installation, request.knowledge)
    warehouse.manifest_path()  # parsed once, not part of what a month costs
    begin = time.perf_counter()
    warehouse.raise_for(warehouse.build(installation, [f"+{model}" for model in MATCHING], "run"))
    seconds = time.perf_counter() - begin
    truth = installation.raw / ".truth" / "person_links.parquet"
    return Trial(
        scenario,
        seed,
        evaluate_matching(installation, truth, [month]),
        seconds,
        evaluate_plain_join(installation, truth, [month], is_normalized=False),
        evaluate_plain_join(installation, truth, [month], is_normalized=True),
    )


def run_trials(
    households: int, scenarios: Sequence[str], seeds: Sequence[int], out: Path | None, tell: Callable[[str], None]
) -> list[Trial]:
    """Run every scenario with every seed and say how each went.

    Args:
        households: households on the roster.
        scenarios: of ``orchestration.synthesis.SCENARIOS``.
        seeds: of the counties.
        out: new or empty folder in which everything is left; without it, trials are made in a temporary folder, one at a time.
        tell: what is called with each line as soon as it is known.

    Returns:
        The trials, scenario by scenario.
    """
    trials = []
    for scenario in scenarios:
        for seed in seeds:
            folder = out / f"{scenario}-{seed}" if out else Path(tempfile.mkdtemp(prefix="fangfanpin-matching-"))
            try:
                trial = run_trial(folder, households, scenario, seed)
            finally:
                if out is None:
                    shutil.rmtree(folder, ignore_errors=True)
            trials.append(trial)
            tell(
                f"{scenario}, seed {seed}: {trial.evaluation.counted:,} rows, recall {trial.evaluation.recall:.5f}, "
                f"precision {trial.evaluation.precision:.5f}, {trial.seconds:.1f} s"
            )
    return trials


def trials_table(trials: Sequence[Trial]) -> str:
    """Return one line per trial and the mean of each scenario, with the goals below."""
    rows: list[tuple[object, ...]] = []
    for scenario in dict.fromkeys(trial.scenario for trial in trials):
        own = [trial for trial in trials if trial.scenario == scenario]
        lines = [_trial_line(trial) for trial in own]
        rows += [
            (f"{scenario}, seed {trial.seed}", *line[:-1], f"{trial.seconds:.1f}")
            for trial, line in zip(own, lines, strict=True)
        ]
        if len(own) > 1:
            means = [sum(values) / len(own) for values in zip(*lines, strict=True)]
            shown = [f"{mean:,.1f}" if isinstance(value, int) else mean for mean, value in zip(means, lines[0], strict=True)]
            rows.append((f"{scenario}, mean", *shown[:-1], f"{means[-1]:.1f}"))
    goals = GOALS
    rows.append(
        (
            "goal", None, None, f">= {goals['recall']} (double {goals['recall at double errors']})",
            f">= {goals['recall after review']}", f">= {goals['precision']}", None, None, f"<= {goals['queue share']}", None,
            0, f"<= {goals['seconds']:.0f}",
        )
    )  # fmt: skip
    return aligned(
        (
            "", "rows", "due", "recall", "after review", "precision", "wrong", "queue", "queue share", "true in queue",
            "not in one state", "seconds",
        ),
        rows,
    )  # fmt: skip


def _trial_line(trial: Trial) -> tuple[float | int, ...]:
    evaluation = trial.evaluation
    return (
        evaluation.counted,
        evaluation.due,
        evaluation.recall,
        evaluation.recall_after_review,
        evaluation.precision,
        evaluation.wrong,
        evaluation.queue,
        evaluation.queue_share,
        share(evaluation.queue_true, evaluation.queue),
        evaluation.without_one_state,
        trial.seconds,
    )


def baselines_table(trials: Sequence[Trial]) -> str:
    """Return matching beside the plain joins on the same rows: recall, wrong pairs, and the ratio of rows missed."""
    rows = []
    for trial in trials:
        missed = trial.evaluation.due - trial.evaluation.found
        ratio = (trial.normalized.due - trial.normalized.found) / missed if missed else float("inf")
        rows.append(
            (
                f"{trial.scenario}, seed {trial.seed}", trial.raw.recall, trial.raw.wrong, trial.normalized.recall,
                trial.normalized.wrong, trial.evaluation.recall, trial.evaluation.wrong, f"{ratio:.1f}",
            )
        )  # fmt: skip
    return aligned(
        (
            "", "raw join", "wrong", "normalised join", "wrong", "matching", "wrong", "missed: normalised join / matching",
        ),
        rows,
    )  # fmt: skip


def report(trials: Sequence[Trial]) -> str:
    """Return everything that trials have shown as text."""
    parts = [trials_table(trials), baselines_table(trials)]
    for scenario in dict.fromkeys(trial.scenario for trial in trials):
        evaluations = [trial.evaluation for trial in trials if trial.scenario == scenario]
        title = f"Scenario {scenario}, {len(evaluations)} seed{'s' * (len(evaluations) > 1)} together"
        shared = sum(evaluation.shared for evaluation in evaluations)
        aside = sum(evaluation.set_aside for evaluation in evaluations)
        parts.append(
            f"{title}\nrows set aside at the door: {aside:,}; found through a number that two members share: {shared:,}\n\n"
            f"{tier_table(evaluations)}\n\n{class_table(evaluations)}\n\n{lost_table(evaluations)}"
        )
    return "\n\n".join(parts)
