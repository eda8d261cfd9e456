"""The project's own county: what a run gives, what it says when something is missing, and what it never lets out."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import dagster as dg
import duckdb
import pyarrow.parquet as pq
import pytest

from expectations.catalogue import load_rules
from orchestration.contracts import Column, load_code_lists, load_extracts, load_fields, load_marts, mart_fields
from orchestration.defs.asset_keys import checked_key, landed_key, mart_key
from orchestration.defs.definitions import build_definitions
from orchestration.defs.jobs import MONTHLY_JOB
from orchestration.defs.runs import prepare
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.warehouse.kept_months import STAGES
from tests.pipeline.conftest import Run, backfill, command, files_below, rows

pytestmark = pytest.mark.pipeline


def test_both_months_are_published_with_every_mart_and_workbook(county_run: Run) -> None:
    assert county_run.outcome.status == 0, county_run.outcome.err
    for month in ("2023-06", "2023-07"):
        folder = county_run.marts / month / "v01"
        assert {path.stem for path in folder.glob("*.parquet")} == set(load_marts())
        assert len(list(folder.rglob("办理工作簿_*.xlsx"))) == 7 + 12
        assert len(list(folder.rglob("总簿_*.xlsx"))) == 1


def test_the_manifest_names_inputs_parameters_and_rows(county_run: Run) -> None:
    manifest = json.loads((county_run.marts / "2023-07" / "v01" / "manifest.json").read_text(encoding="utf-8"))
    archive = county_run.marts / ".state" / "archive"
    assert {item["delivery_month"][:7] for item in manifest["inputs"]} == {"2023-05", "2023-06", "2023-07"}
    assert all(list(archive.rglob(f"{item['sha256']}*")) for item in manifest["inputs"])
    assert float(manifest["parameters"]["income.warning_line"]["value"]) == 10600
    assert (
        manifest["marts"]["household_month"]["rows"]
        == rows(county_run.marts, "select count(*) from marts.household_month where month = '2023-07-01'")[0][0]
    )


def test_the_analysts_database_has_the_contracts_columns_types_and_comments(county_run: Run) -> None:
    with duckdb.connect(str(county_run.marts / "current.duckdb"), read_only=True) as connection:
        for mart in load_marts().values():
            found = connection.execute(
                "select column_name, comment from duckdb_columns() "
                "where schema_name = 'marts' and table_name = ? order by column_index",
                [mart.mart],
            ).fetchall()
            fields = mart_fields(mart, load_fields())
            assert [name for name, _ in found] == list(fields)
            assert all(comment and fields[name].label in comment for name, comment in found)


def test_june_has_the_inclusion_line_alone_and_july_both(county_run: Run) -> None:
    assert rows(
        county_run.marts,
        "select strftime(month, '%Y-%m'), parameter, status, cast(amount as integer) from marts.lines_in_force order by all",
    ) == [
        ("2023-06", "income.inclusion_line", "in_force", 10420),
        ("2023-06", "income.warning_line", "not_in_force", None),
        ("2023-07", "income.inclusion_line", "in_force", 10420),
        ("2023-07", "income.warning_line", "in_force", 10600),
    ]
    assert rows(county_run.marts, "select distinct level from marts.warning_list where month = '2023-06-01'") == [("red",)]


def test_the_screen_says_beside_the_warning_list_who_could_not_be_judged(county_run: Run) -> None:
    told = [line.split() for line in county_run.outcome.out.splitlines()]
    header = next(line for line in told if line[:1] == ["月份"])
    listed = "select strftime(month, '%Y-%m'), count(*) filter (level = 'red'), count(*) filter (level = 'yellow')"
    gaps = dict(rows(county_run.marts, "select strftime(month, '%Y-%m'), count(*) from marts.income_gaps group by month"))
    warned = rows(county_run.marts, f"{listed} from marts.warning_list group by month order by month")
    assert [month for month, _, _ in warned] == ["2023-06", "2023-07"]
    for month, red, yellow in warned:
        line = dict(zip(header, next(line for line in told if line[:1] == [month]), strict=False))
        assert [line[column] for column in ("红色", "黄色", "判断不了")] == [str(red), str(yellow), str(gaps[month])]


def test_without_the_education_extracts_the_month_is_published_and_says_what_it_lacks(
    july_again: Run,
) -> None:
    marts = july_again.marts
    shutil.rmtree(july_again.raw / "2023-07" / "education")
    shutil.rmtree(july_again.raw / "2023-07" / "medical_insurance")
    outcome = command("run", "--month", "2023-07", "--raw", july_again.raw, "--marts", marts)
    assert outcome.status == 0, outcome.err
    lacking = rows(marts, "select count(*) from marts.list_status where month = '2023-07-01' and status = 'not_applicable'")
    assert f"算不出的清单 {lacking[0][0]} 份：" in outcome.out
    assert len(outcome.out.splitlines()) <= 40, outcome.out

    def july(columns: str, mart: str, condition: str = "true") -> list[tuple[object, ...]]:
        return rows(marts, f"select {columns} from marts.{mart} where month = '2023-07-01' and {condition}")

    assert july("status, explanation is not null", "list_status", "mart = 'expenditure_burden'") == [("not_applicable", True)]
    assert july("count(*)", "expenditure_burden") == [(0,)]
    assert july("count(*)", "guarantee_shortfalls", "shortfall in ('out_of_school', 'uninsured')") == [(0,)]
    assert july("count(education_net), count(enrolment_status), count(premium_status)", "person_month") == [(0, 0, 0)]
    assert july("distinct status", "department_comparison", "extract like 'education%'") == [("not_received",)]
    assert july("count(*) > 0", "warning_list") == [(True,)]


@pytest.mark.parametrize("spoil", ["missing", "unreadable"])
def test_without_a_usable_member_roster_nothing_is_published_and_the_earlier_publication_stays(
    july_again: Run, spoil: str
) -> None:
    county_copy, marts = july_again.raw, july_again.marts
    before, current = files_below(marts), (marts / "current.duckdb").read_bytes()
    for file in (county_copy / "2023-07" / "rural_revitalization").glob("member_roster*"):
        file.unlink() if spoil == "missing" else file.write_bytes(b"PK\x03\x04 not a workbook")
    outcome = command("run", "--month", "2023-07", "--raw", county_copy, "--marts", marts)
    assert outcome.status == 1
    assert "人员信息" in outcome.err and "2023-07" in outcome.err
    assert "member_roster" in outcome.err
    assert {path: content for path, content in files_below(marts).items() if not path.startswith(".state")} == {
        path: content for path, content in before.items() if not path.startswith(".state")
    }
    assert (marts / "current.duckdb").read_bytes() == current


def test_a_run_started_in_dagster_refuses_to_compute_on_a_part_of_the_deliveries(county: Path, tmp_path: Path) -> None:
    """The command line lands earlier deliveries first; a run launched from the page must not pass over them."""
    installation = Installation.at(county, tmp_path / "marts")
    prepare(installation)
    job = build_definitions(installation).resolve_job_def(MONTHLY_JOB)
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(instance=instance, partition_key="2023-07", raise_on_error=False)
    assert not result.success
    said = [
        event.step_failure_data.user_failure_data.description
        for event in result.all_events
        if event.is_step_failure and event.step_failure_data.user_failure_data
    ]
    assert any("2023-05、2023-06" in text and "landing" in text for text in said)
    assert not installation.current.exists()


def test_a_range_publishes_the_months_it_can_and_names_the_others(july_again: Run) -> None:
    marts = july_again.marts
    shutil.rmtree(marts / "2023-06")
    for file in (july_again.raw / "2023-06" / "rural_revitalization").glob("household_roster*"):
        file.write_bytes(b"PK\x03\x04 not a workbook")
    (july_again.raw / "2023-07" / "human_resources" / "job_service__broken.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    outcome = backfill(july_again.raw, marts, "2023-06", "2023-07")
    assert outcome.status == 1
    assert "2023-06" in outcome.err and "户信息" in outcome.err
    # a file of July that cannot be read is refused and keeps nothing from being published
    assert [path.name for path in sorted(marts.glob("2023-*/v*"))] == ["v01", "v02"]
    assert rows(marts, "select strftime(month, '%Y-%m'), version from marts.publications") == [("2023-07", 2)]
    refused = "select file from marts.intake_files where outcome = 'refused' and file like '%broken%'"
    assert rows(marts, refused) == [("human_resources/job_service__broken.xlsx",)]


def test_a_changed_file_gives_a_second_version_and_leaves_the_first(county_run: Run, july_changed: Run) -> None:
    assert july_changed.outcome.status == 0, july_changed.outcome.err
    first = files_below(county_run.marts / "2023-07" / "v01")
    assert first and files_below(july_changed.marts / "2023-07" / "v01") == first
    assert rows(july_changed.marts, "select version from marts.publications order by month") == [(1,), (2,)]


def test_every_rule_of_the_catalogue_has_a_result_in_every_month(county_run: Run) -> None:
    found = rows(county_run.marts, "select strftime(month, '%Y-%m'), check_code from marts.check_results order by all")
    assert found == [(month, code) for month in ("2023-06", "2023-07") for code in load_rules()]
    assert rows(county_run.marts, "select distinct outcome from marts.check_results where outcome = 'error'") == []
    assert rows(county_run.marts, "select * from marts.check_results where failures > denominator") == []


def test_what_a_rule_found_shows_no_whole_document_number_and_no_phone(county_run: Run) -> None:
    """Findings go out to the towns in workbooks: they say where to look, not the number itself."""
    landed = county_run.marts / ".state" / "landed"
    delivered = {
        str(number)
        for extract, contract in load_extracts().items()
        for column in contract.columns
        if column.name in ("id_number", "head_id_number", "guardian_id_number", "phone")
        for path in (landed / extract).glob("*.parquet")
        for number in pq.read_table(path, columns=[column.name])[column.name].to_pylist()
        if len(str(number or "")) >= 11 and str(number)[-2].isdigit()
    }
    assert len(delivered) > 100
    texts = rows(county_run.marts, "select check_code, found, expected, advice from marts.data_logic_issues")
    words = {(code, word) for code, *told in texts for word in re.findall("[0-9Xx]{11,}", " ".join(map(str, told)))}
    assert {code for code, word in words if word in delivered} == set()


def test_every_rule_finds_something_in_the_county(county_run: Run) -> None:
    """A rule that never finds anything is wrong, or the county has too little wrong with it."""
    firing = {code for (code,) in rows(county_run.marts, "select distinct check_code from marts.data_logic_issues")}
    assert set(load_rules()) - firing == set(), "plant such a fault in orchestration/synthesis/faults.py"


def test_earlier_months_are_checked_too_and_not_published(county_run: Run) -> None:
    state = county_run.marts / ".state"
    assert sorted(path.name for path in (state / "checks" / "kept").iterdir()) == ["2023-05", "2023-06", "2023-07"]
    records = {path.stem for path in (state / "expectations" / "checks").glob("*.json")}
    assert records == {f"{month}{stage}" for month in ("2023-05", "2023-06", "2023-07") for stage in ("", "__follow_up")}
    assert not (county_run.marts / "2023-05").exists()
    # what was found in May and again in June was first seen in May
    in_may = " union all ".join(
        f"select check_code, entity_key from '{state}/checks/kept/2023-05/{name}.parquet'" for name, _ in STAGES.values()
    )
    wrong = f"""
        select * from marts.data_logic_issues
        where month = '2023-06-01' and ((check_code, entity_key) in ({in_may})) <> (first_seen = '2023-05-01')
    """
    assert rows(county_run.marts, wrong) == []
    assert (
        rows(
            county_run.marts,
            "select * from marts.data_logic_issues where consecutive_months <> datediff('month', first_seen, month) + 1",
        )
        == []
    )


def test_dagster_knows_how_many_rows_each_mart_and_extract_has(
    county_run: Run, county: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(Installation.at(county, county_run.marts).dagster_home))
    marts = [mart_key(mart) for mart in load_marts()]
    with dg.DagsterInstance.get() as instance:
        found = {key: instance.get_latest_materialization_event(key) for key in [*marts, *map(landed_key, load_extracts())]}
    counts = {
        key: event.asset_materialization.metadata["dagster/row_count"].value
        for key, event in found.items()
        if event and event.asset_materialization
    }
    assert counts.keys() == found.keys()
    # May is computed along, for the findings of later months, and not published
    listed = {mart: rows(county_run.marts, f"select count(*) from marts.{mart}")[0][0] for mart in load_marts()}
    assert {mart: counts[mart_key(mart)] for mart in load_marts()} == listed
    assert sum(counts[landed_key(extract)] for extract in load_extracts()) > 0


def test_every_rule_is_a_check_in_dagster(county_run: Run, county: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(Installation.at(county, county_run.marts).dagster_home))
    with dg.DagsterInstance.get() as instance:
        keys = [
            dg.AssetCheckKey(checked_key(STAGES[rule.stage][0]), f"{code} {rule.title}") for code, rule in load_rules().items()
        ]
        latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    checks = {key.name.partition(" ")[0]: record.evaluation for key, record in latest.items() if record.evaluation}
    # it warns of what is new or worse, not of everything that is found
    alarming = "select distinct check_code from marts.check_results where standing in ('new', 'worse')"
    told = {code for code, evaluation in checks.items() if not evaluation.passed}
    assert told == {code for (code,) in rows(county_run.marts, alarming)}
    assert 0 < len(told) < len(rows(county_run.marts, "select distinct check_code from marts.data_logic_issues"))
    assert checks.keys() == load_rules().keys()
    assert {checks[code].severity.value for code, rule in load_rules().items() if rule.severity == "E"} <= {"ERROR"}
    assert {checks[code].severity.value for code, rule in load_rules().items() if rule.severity != "E"} <= {"WARN"}


def test_a_rule_that_cannot_run_stops_the_publication(
    county_run: Run, county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = load_rules()
    code = next(iter(sound))
    broken = sound | {code: sound[code].model_copy(update={"failing": "no_such_column = 1", "failing_rows": None})}
    marts = tmp_path / "marts"
    shutil.copytree(county_run.marts, marts)
    before = files_below(marts)
    with monkeypatch.context() as changed:
        changed.setattr("orchestration.warehouse.rules.load_rules", lambda: broken)
        changed.setattr("orchestration.publications.unchanged.publication_code_and_facts", lambda: "a changed catalogue")
        outcome = command("run", "--month", "2023-07", "--raw", county, "--marts", marts)
    assert outcome.status == 1
    assert f"{code}《{sound[code].title}》" in outcome.err and "no_such_column" in outcome.err
    assert "重新运行" in outcome.err
    published = {path: content for path, content in files_below(marts).items() if not path.startswith(".state")}
    assert published == {path: content for path, content in before.items() if not path.startswith(".state")}
    # findings kept before stay, byte for byte
    kept = {path: content for path, content in files_below(marts).items() if "checks/kept" in path}
    assert kept == {path: content for path, content in before.items() if "checks/kept" in path}


def test_deliveries_are_only_read(county: Path, county_run: Run) -> None:
    written = {path.relative_to(county).parts[0] for path in county.rglob("*") if path.is_file()}
    assert written == {"2023-05", "2023-06", "2023-07", ".truth"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--month", "2023-13"],
        ["run"],
        ["backfill", "--from", "2023-08", "--to", "2023-07"],
        ["nothing"],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    assert command(*arguments).status == 2


def test_a_raw_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    outcome = command("run", "--month", "2023-07", "--raw", tmp_path / "nowhere", "--marts", tmp_path / "marts")
    assert outcome.status == 1
    assert "nowhere" in outcome.err


CANARIES = {
    "name": "司马金丝雀",
    "id_number": "440233198807301239",
    "bad_id_number": "44023319880730123Q",
    "phone": "13800138429",
}


@pytest.fixture(scope="module")
def july_changed(county_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """July again with a file less; canaries in used rows, rejected rows, refused files, file-breaking cells, other names."""
    folder = tmp_path_factory.mktemp("july_changed")
    raw, marts = (Path(shutil.copytree(place, folder / place.name)) for place in (county_run.raw, county_run.marts))
    month = raw / "2023-07"
    for file in (month / "human_resources").glob("job_service*"):
        file.unlink()
    contracts = load_extracts()
    roster = contracts["rural_revitalization__member_roster"]
    household = rows_of_first_household(raw)
    line = {
        "person_id": "P-CANARY", "household_id": household, "name": CANARIES["name"], "id_number": CANARIES["id_number"],
        "sex": "男", "birth_date": "1988-07-30", "phone": CANARIES["phone"],
    }  # fmt: skip
    write_csv(month / "rural_revitalization" / "member_roster__canary.csv", roster, [line, {**line, "person_id": ""}])
    settlement = contracts["medical_insurance__settlement"]
    paid = {
        "settlement_id": "S-1", "name": CANARIES["name"], "id_number": CANARIES["bad_id_number"], "settled_on": "2023-06-09",
        "total_cost": "100", "personal_pay": "金丝雀司马",
    }  # fmt: skip
    write_csv(
        month / "medical_insurance" / "settlement__canary.csv", settlement, [paid, {**paid, "settled_on": CANARIES["phone"]}]
    )
    # and one in every text column of every other extract, about the same person, each with its own number
    others = [contract for contract in contracts.values() if contract.subject and contract not in (roster, settlement)]
    for number, contract in enumerate(others):
        cells = {column.name: written(column, number, household) for column in contract.columns}
        write_csv(month / contract.department / f"{contract.short_name}__planted.csv", contract, [cells])
    (month / "education" / "enrolment__canary.csv").write_text(
        f"{CANARIES['name']},{CANARIES['id_number']}\n", encoding="utf-8"
    )
    return Run(raw, marts, command("run", "--month", "2023-07", "--raw", raw, "--marts", marts))


def test_no_personal_value_reaches_logs_metadata_or_manifests(july_changed: Run) -> None:
    marts, outcome = july_changed.marts, july_changed.outcome
    assert outcome.status == 0, outcome.err
    state = marts / ".state"
    looked_at = [
        *(path for path in (state / "dagster").rglob("*") if path.is_file()),
        *(path for path in (state / "expectations").rglob("*") if path.is_file()),
        *(path for path in (state / "dbt").rglob("*") if path.is_file()),
        *marts.rglob("manifest.json"),
    ]
    assert len(looked_at) > 30
    told = {path.name: path.read_bytes() for path in looked_at} | {"printed": (outcome.out + outcome.err).encode()}
    forbidden = [form for value in CANARIES.values() for form in (value.encode(), json.dumps(value)[1:-1].encode())]
    assert [(name, value) for name, content in told.items() for value in forbidden if value in content] == []
    # the test can fail: the canary is in the marts, and its file and row are in the list of problems
    assert rows(marts, f"select count(*) from marts.person_month where name = '{CANARIES['name']}'") == [(1,)]
    problems = rows(marts, "select file, row_number from marts.intake_problems where file like '%canary%' order by all")
    assert ("medical_insurance/settlement__canary.csv", 2) in problems
    # analysts see none of them, of whatever column; the bureau does
    bureau, analysts = (texts_of(marts / name) for name in ("current.duckdb", "analyst.duckdb"))
    assert sum(text.startswith(PLANTED) for text in bureau) > 10, sorted(text for text in bureau if text.startswith(PLANTED))
    told = [text for text in analysts if PLANTED in text or any(canary in text for canary in CANARIES.values())]
    content = (marts / "analyst.duckdb").read_bytes()
    assert told == [] and PLANTED.encode() not in content and CANARIES["id_number"].encode() not in content
    # what is in both is described without any of them
    pages = [*marts.rglob("site/数据字典.html"), marts / "分析库数据字典.html"]
    described = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert len(pages) > 1 and [one for one in (PLANTED, *CANARIES.values()) if one in described] == []


PLANTED = "埋设的文字"


def written(column: Column, number: int, household: str) -> str:
    """Return a cell of a planted row: of the canary's person and household, and a text of its own where any may stand."""
    if column.type == "code":
        return load_code_lists()[column.code_list or ""].values[0].value
    plain = {
        "person_name": CANARIES["name"], "id": CANARIES["id_number"], "date": "2023-06-09", "month": "2023-06", "money": "100",
        "integer": "1", "flag": "是",
    }  # fmt: skip
    if column.name == "household_id":
        return household
    return plain.get(column.type, f"{PLANTED}{number}{column.name}{CANARIES['phone']}")


def texts_of(path: Path) -> set[str]:
    """Return every text in the tables of a database."""
    with duckdb.connect(str(path), read_only=True) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'marts' AND data_type = 'VARCHAR'"
        ).fetchall()
        found = (connection.execute(f'SELECT DISTINCT "{column}" FROM marts."{table}"').fetchall() for table, column in columns)
        return {text for texts in found for (text,) in texts if text}


def rows_of_first_household(raw: Path) -> str:
    import pyarrow.parquet as pq

    from orchestration.foundation.paths import Installation
    from orchestration.landing import land_extract

    installation = Installation.at(raw, raw.parent / "peek")
    contract = load_extracts()["rural_revitalization__household_roster"]
    land_extract(installation, contract, Month("2023-07"))
    return pq.read_table(installation.landed_extract(contract.extract, Month("2023-07"))).column("household_id")[0].as_py()


def write_csv(path: Path, contract: object, lines: list[dict[str, str]]) -> None:
    import csv

    columns = contract.columns  # type: ignore[attr-defined]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.header for column in columns])
        writer.writerows([[line.get(column.name, "") for column in columns] for line in lines])
