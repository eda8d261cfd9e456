"""What is written on request: a town's own database, an answer as a workbook; each says for whom and stands in the log."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pytest

from orchestration.command_line.commands import main
from orchestration.contracts import ConfigError
from orchestration.contracts.town_edition import left_out_of_town_edition
from orchestration.foundation.paths import Installation
from orchestration.publications import Publication, PublishingError, refresh_current
from orchestration.publications.answers import Asked, export_answer
from orchestration.publications.audit import check_log
from orchestration.publications.storage import sha256
from orchestration.publications.town_edition import export_town
from tests.unit.publishing_samples import MONTH, OTHER_TOWN, TOWN, UNKNOWN_TOWN, household

Publish = Callable[..., Publication]
WHO, WHY = "某镇乡村振兴办", "入户核实"


@pytest.fixture()
def county(installation: Installation, publish: Publish) -> Installation:
    """Households of two towns and of one that is none, published."""
    warned = [household(1), household(2, OTHER_TOWN, head_name="=1+1"), household(3, UNKNOWN_TOWN)]
    names = ("household_id", "town", "village", "head_name")
    people = [
        {
            "person_id": f"p{row['household_id']}",
            "town": row["town"],
            "name": row["head_name"],
            "person_key": "440233198001010000",
        }
        for row in warned
    ]
    publish(
        {
            "warning_list": warned,
            "household_month": [{name: row[name] for name in names} for row in warned],
            "person_month": people,
            "towns": [{"town_code": "440233001", "town": TOWN, "code_place": 1}],
            "closure_rates": [{"recipient": one, "list": "全部", "is_total": False} for one in (TOWN, OTHER_TOWN, "education")],
            "department_comparison": [{"extract": "housing__dwelling_safety", "status": "compared"}],
        }
    )
    refresh_current(installation)
    return installation


def entries(installation: Installation) -> list[dict[str, str]]:
    return [json.loads(line) for line in installation.audit_log.read_text(encoding="utf-8").splitlines()]


def test_a_town_gets_its_own_rows_with_names_and_nobody_elses(county: Installation, tmp_path: Path) -> None:
    path = tmp_path / "新" / f"{TOWN}.duckdb"
    written = export_town(county, TOWN, path, WHO, WHY)
    assert (written.households, written.sha256) == (1, sha256(path)) and stat.S_IMODE(path.stat().st_mode) & 0o007 == 0
    with duckdb.connect(str(path), read_only=True) as town:
        for name in ("warning_list", "household_month"):
            assert town.execute(f"SELECT head_name FROM marts.{name}").fetchall() == [("户主1",)], name
        assert town.execute("SELECT recipient FROM marts.closure_rates").fetchall() == [(TOWN,)]
        assert town.execute("SELECT count(*) FROM marts.towns").fetchall() == [(1,)]
        assert town.execute("SELECT count(*) FROM duckdb_columns() WHERE column_name = 'person_key'").fetchall() == [(0,)]
        # what says nothing of whose it is
        assert town.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'department_comparison'").fetchall() == [
            (0,)
        ]
        said = town.execute("SELECT edition, recipient, purpose FROM marts.edition").fetchall()
        assert said == [(f"镇街版（{TOWN}）", WHO, WHY)]
        assert town.execute("SELECT count(*) FROM meta.warnings WHERE topic = '只含一个镇街'").fetchall() == [(1,)]
    noted = entries(county)[-1]
    assert (noted["what"], noted["sha256"], noted["purpose"]) == (f"town/{TOWN}", sha256(path), f"{WHY}；提供给{WHO}")
    assert check_log(county).problem is None
    with pytest.raises(FileExistsError):
        export_town(county, TOWN, path, WHO, WHY)
    assert sha256(path) == written.sha256 and entries(county)[-1] == noted


def test_an_answer_is_a_workbook_that_says_what_it_is(county: Installation, tmp_path: Path) -> None:
    path = tmp_path / "答.xlsx"
    assert export_answer(county, Asked(1, "bureau"), path, WHO, WHY) == 3
    answer, reading = openpyxl.load_workbook(path).worksheets
    rows = list(answer.iter_rows(values_only=True))
    given = f"业务版，提供给{WHO}，用途：{WHY}"
    assert rows[1][0].startswith(given) and "3 行" in rows[1][0]
    assert rows[2] == ("镇街", "预警户", "红色", "黄色") and rows[3] == (TOWN, 1, 1, 0)
    assert answer.oddFooter.left.text == reading.oddFooter.left.text == given
    notes = {row[0]: row[1] for row in reading.iter_rows(values_only=True)}
    assert "缺不等于零" in notes and notes["月份"] == MONTH and notes["查询"].startswith("select")
    noted = entries(county)[-1]
    assert (noted["what"], noted["sha256"]) == (f"query/01 业务版 {MONTH}", sha256(path))
    assert noted["purpose"] == f"{WHY}；提供给{WHO}"


def test_without_a_line_in_the_log_nothing_is_handed_out(
    county: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    for module in ("answers", "town_edition"):
        monkeypatch.setattr(f"orchestration.publications.{module}.note_edition", refuse)
    with pytest.raises(PublishingError, match="审计记录"):
        export_answer(county, Asked(1, "analysts"), tmp_path / "答.xlsx", WHO, WHY)
    with pytest.raises(PublishingError, match="审计记录"):
        export_town(county, TOWN, tmp_path / "镇.duckdb", WHO, WHY)
    assert [path.name for path in tmp_path.iterdir() if path.suffix in (".xlsx", ".duckdb")] == []


def test_the_commands_say_what_they_did_and_what_is_wrong(
    county: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = ["--marts", str(county.marts)]
    given = ["--recipient", WHO, "--purpose", WHY, *folders]
    assert main(["query"]) == 0 and len(capsys.readouterr().out.splitlines()) == 30
    assert main(["query", "--question", "3", "--month", "2023-07"]) == 0
    assert "where month = date '2023-07-01'" in capsys.readouterr().out
    to = ["--to", str(tmp_path / "一.xlsx")]
    assert main(["query", "--question", "1", *to, *given]) == 0
    assert f"已写入 {tmp_path / '一.xlsx'}：" in capsys.readouterr().out
    assert main(["query", "--question", "1", *to, *given]) == 1 and "不会覆盖" in capsys.readouterr().err
    assert main(["query", "--question", "1", "--month", "2023-01", "--to", str(tmp_path / "二.xlsx"), *given]) == 1
    assert f"2023-01 没有发布过；已发布的月份：{MONTH}" in capsys.readouterr().err
    wrong = {
        "没有第 31 题": ["query", "--question", "31"],
        "不能用分析版回答": ["query", "--question", "28", *to, *given],
        "--recipient、--purpose": ["query", "--question", "1", *to, *folders],
        "以 .xlsx 结尾": ["query", "--question", "1", "--to", str(tmp_path / "一.csv"), *given],
        "是不是要写 丰城街道": ["export", "--town", "丰城镇街道", "--to", str(tmp_path), *given],
        "不能空着": ["export", "--town", TOWN, "--to", str(tmp_path), "--recipient", " ", "--purpose", WHY],
    }
    for told, arguments in wrong.items():
        with pytest.raises(SystemExit):
            main(arguments)
        assert told in capsys.readouterr().err
    assert main(["export", "--town", TOWN, "--to", str(tmp_path), *given]) == 0
    assert "1 户" in capsys.readouterr().out and (tmp_path / f"{TOWN}.duckdb").exists()


def test_what_a_town_does_not_get_is_a_column_that_there_is(tmp_path: Path) -> None:
    path = tmp_path / "town_edition.yml"
    path.write_text("leave_out: [shoe_size]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="shoe_size"):
        left_out_of_town_edition(path)
