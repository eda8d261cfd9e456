"""A warehouse made by hand of nine department rows, and the command on a very small county."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import duckdb
import pytest

from orchestration.command_line.commands import main
from orchestration.evaluation.outcomes import NO_ERROR, SEVERAL, ErrorClass, Evaluation, Tier, evaluate_matching, share
from orchestration.evaluation.plain_join import evaluate_plain_join
from orchestration.evaluation.tables import aligned
from orchestration.evaluation.trials import trial_month
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation

MONTH = Month("2023-08")
WATER = "water__drinking_water"
PENSION = "human_resources__pension"
ROSTER = "rural_revitalization__member_roster"

# person_id, id_number, person_key group, whom it is really about, error
MEMBERS = [
    ("P1", "A", "A", "P1", None),
    ("P2", "B", "B", "P2", "one_digit"),
    ("P3", None, "P3", "P3", "blank_number"),
    ("P19", "A", "A", "P1", None),  # the first person entered once more
    ("P4", "D", "D", "P4", None),
    ("P5", "D", "D", "P5", "family_number"),  # has the number of the fourth
]
# row, document, state, joined to, whom it is really about, error
ROWS = [
    (1, "A", "id", "P1", "P1", None),
    (2, "A", "id", "P19", "P1", None),  # right, through the other row
    (3, "B", "repaired_id", "P2", "P1", "family_number"),  # wrong pair
    (4, "Z", "not_in_roster", None, None, None),
    (5, "D", "id", "P4", "P5", None),  # through a number that two share
    (6, "Y", "review", None, "P2", "former_name"),  # right person among the candidates
    (7, "X", "review", None, None, None),  # about nobody
    (8, "W", "not_in_roster", None, "P3", "homophone+two_digits"),  # lost
    (9, "A", "replaced", "P1", "P1", None),  # does not count
    (10, "B", "evidence", "P2", None, None),  # wrong: about nobody on the roster
]
CANDIDATES = [(6, "['P1', 'P2']"), (7, "['P4']")]


def write(path: Path, query: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.execute(f"copy ({query}) to '{path}' (format parquet)")


def text(value: str | None) -> str:
    return "cast(null as varchar)" if value is None else f"'{value}'"


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    installation = Installation.at(tmp_path / "raw", tmp_path / "marts")
    day = f"date '{MONTH}-01'"
    write(
        installation.landed_extract(ROSTER, MONTH),
        " union all ".join(
            f"select {day} as delivery_month, 'm.csv' as file, {place} as row_number, '{person}' as person_id, "
            f"{text(document)} as id_number, {text(document)} as id_number_normalized"
            for place, (person, document, *_) in enumerate(MEMBERS)
        ),
    )
    write(
        installation.landed_extract(PENSION, MONTH),
        " union all ".join(
            f"select {day} as delivery_month, 'p.csv' as file, {row} as row_number, {text(document)} as id_number, "
            f"{text(document)} as id_number_normalized"
            for row, document, *_ in ROWS
        ),
    )
    rows = [(PENSION, "p.csv", row, person, error) for row, _, _, _, person, error in ROWS]
    rows += [(PENSION, "p.csv", 99, "P1", "blank_number")]  # refused at the door
    rows += [(ROSTER, "m.csv", place, person, error) for place, (*_, person, error) in enumerate(MEMBERS)]
    write(
        tmp_path / "truth.parquet",
        " union all ".join(
            f"select '{MONTH}' as month, '{extract}' as extract, '{file}' as file, {row} as row_number, "
            f"{text(person)} as person_id, {text(error)} as error_class"
            for extract, file, row, person, error in rows
        ),
    )
    with duckdb.connect(str(installation.warehouse)) as warehouse:
        warehouse.execute("create schema intermediate; create schema marts")
        key = f"{day} as month, '{PENSION}' as extract, 'p.csv' as file"
        states = " union all ".join(
            f"select {key}, {row} as row_number, '{state}' as state, {text(joined)} as person_id"
            for row, _, state, joined, _, _ in ROWS
        )
        warehouse.execute(f"create table intermediate.int_row_matches as {states}")
        members = " union all ".join(
            f"select {day} as month, '{person}' as person_id, '{group}' as person" for person, _, group, *_ in MEMBERS
        )
        warehouse.execute(f"create table intermediate.int_roster_members as {members}")
        queue = " union all ".join(
            f"select {key}, {row} as row_number, {who} as candidate_person_ids" for row, who in CANDIDATES
        )
        warehouse.execute(f"create table marts.match_review as {queue}")
    return installation


@pytest.fixture
def evaluation(installation: Installation) -> Evaluation:
    return evaluate_matching(installation, installation.raw.parent / "truth.parquet", [MONTH])


def test_counts(evaluation: Evaluation) -> None:
    assert (evaluation.rows, evaluation.counted, evaluation.set_aside) == (10, 9, 1)
    assert (evaluation.due, evaluation.joined, evaluation.found, evaluation.shared) == (6, 5, 3, 1)
    assert evaluation.wrong == 2
    assert evaluation.without_one_state == 0


def test_shares(evaluation: Evaluation) -> None:
    assert evaluation.precision == 3 / 5
    assert evaluation.recall == 3 / 6
    assert evaluation.recall_after_review == 4 / 6
    assert evaluation.queue_share == 2 / 9
    assert (evaluation.queue, evaluation.queue_true) == (2, 1)


def test_tiers(evaluation: Evaluation) -> None:
    assert set(evaluation.tiers) == {Tier("id", 3, 3), Tier("repaired_id", 1, 0), Tier("evidence", 1, 0)}


def test_classes(evaluation: Evaluation) -> None:
    classes = {one.name: one for one in evaluation.classes}
    assert classes[NO_ERROR] == ErrorClass(NO_ERROR, due=2, found=2, wrong=0, queued=0)
    assert classes["family_number"] == ErrorClass("family_number", due=1, found=0, wrong=1, queued=0)
    assert classes["former_name"].recall_after_review == 1
    assert classes["roster: family_number"].found == 1
    assert classes["two_digits"].lost == classes["homophone"].lost == classes["roster: blank_number"].lost == 1
    assert classes[SEVERAL].due == 2
    assert sorted(evaluation.lost) == [("family_number", 1), ("homophone+two_digits+roster: blank_number", 1)]


def test_rows_in_no_state_or_in_two(installation: Installation) -> None:
    with duckdb.connect(str(installation.warehouse)) as warehouse:
        warehouse.execute(
            "insert into intermediate.int_row_matches select * from intermediate.int_row_matches where row_number = 4"
        )
        warehouse.execute("delete from intermediate.int_row_matches where row_number = 7")
    again = evaluate_matching(installation, installation.raw.parent / "truth.parquet", [MONTH])
    assert again.without_one_state == 2


def test_candidates_come_from_the_models_where_there_is_no_mart(installation: Installation) -> None:
    with duckdb.connect(str(installation.warehouse)) as warehouse:
        warehouse.execute("drop table marts.match_review")
        warehouse.execute(
            f"create table intermediate.int_department_rows as select date '{MONTH}-01' as delivery_month, "
            f"'{PENSION}' as extract, 'p.csv' as file, 6 as row_number, 'i' as identity_id"
        )
        warehouse.execute(
            f"create table intermediate.int_identity_reviews as select date '{MONTH}-01' as month, 'i' as identity_id, "
            "'P2' as person_id"
        )
    again = evaluate_matching(installation, installation.raw.parent / "truth.parquet", [MONTH])
    assert (again.queue, again.queue_true, again.queue_identities) == (2, 1, 1)


def test_plain_join(installation: Installation) -> None:
    baseline = evaluate_plain_join(installation, installation.raw.parent / "truth.parquet", [MONTH], is_normalized=True)
    # found: rows 1, 2, 5 and the replaced 9; wrong: row 3 and 10 with the second person, row 5 with the fourth
    assert (baseline.due, baseline.found, baseline.wrong) == (7, 4, 3)


def test_shares_of_nothing_and_tables() -> None:
    assert share(0, 0) == 1
    assert aligned(("", "rows", "share"), [("a", 12345, 0.5), ("longer", 1, None)]).splitlines() == [
        "          rows    share",
        "a       12,345  0.50000",
        "longer       1",
    ]


def run(*arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            status = main(["evaluate-matching", *arguments])
        except SystemExit as ended:
            status = int(ended.code or 0)
    return status, out.getvalue()


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, Path]:
    out = tmp_path_factory.mktemp("trial")
    return *run("--households", "60", "--scenario", "base", "--seeds", "1", "--out", str(out)), out


@pytest.mark.pipeline
def test_the_command_prints_every_table(trial: tuple[int, str, Path]) -> None:
    status, printed, _ = trial
    assert status == 0, printed
    for words in ("base, seed 1", "goal", "normalised join", "tier", "error class", "lost rows"):
        assert words in printed


@pytest.mark.pipeline
def test_landed_rows_are_those_of_the_truth(trial: tuple[int, str, Path]) -> None:
    _, _, out = trial
    installation = Installation.at(out / "base-1" / "raw", out / "base-1" / "marts")
    truth = installation.raw / ".truth" / "person_links.parquet"
    names = duckdb.execute(
        f"""
        select landed.name, landed.person_id, truth.person_id, truth.error_class
        from read_parquet('{installation.landed_extract(ROSTER, trial_month())}') as landed
        left join read_parquet('{truth}') as truth
            on truth.extract = '{ROSTER}' and landed.file = truth.file and landed.row_number = truth.row_number
        """
    ).fetchall()
    assert len(names) > 100
    # a person entered twice has the first number with another digit behind
    assert all(truth_person and person.startswith(truth_person) for _, person, truth_person, _ in names)
    evaluation = evaluate_matching(installation, truth, [trial_month()])
    assert evaluation.without_one_state == 0
    assert evaluation.recall > 0.85
    assert evaluation.rows + evaluation.set_aside > 1000
    assert evaluation.set_aside < 0.01 * evaluation.rows


def test_wrong_usage_is_refused(tmp_path: Path) -> None:
    assert run("--scenario", "worst")[0] == 2
    assert run("--seeds", "one")[0] == 2
    (tmp_path / "there").write_text("")
    status, printed = run("--out", str(tmp_path))
    assert status == 1
    assert "已有文件" in printed
