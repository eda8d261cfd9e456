"""The probabilistic model: what it says of pairs that are alike and not, and that training gives a model that can be saved."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from orchestration.contracts.overlaid import MODEL, config_file
from orchestration.warehouse import linkage

MONTH = dt.date(2023, 7, 1)
COLUMNS = pa.schema(
    [
        ("month", pa.date32()),
        ("side", pa.string()),
        ("record_id", pa.string()),
        ("name", pa.string()),
        ("sound_key", pa.string()),
        ("birth_digits", pa.string()),
        ("sex", pa.string()),
        ("document", pa.string()),
        ("village", pa.string()),
        ("household_id", pa.string()),
        ("is_usable", pa.bool_()),
    ]
)


def _record(side: str, record_id: str, name: str, birth: str, document: str, **other: Any) -> dict[str, Any]:
    return {
        "month": MONTH, "side": side, "record_id": record_id, "name": name, "sound_key": " ".join(name), "birth_digits": birth,
        "sex": "男", "document": document, "village": None, "household_id": None, "is_usable": side == "member", **other,
    }  # fmt: skip


def _records(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=COLUMNS)


ALIKE = _record("identity", "a", "陈志强", "19800101", "440233198001010033")
MEMBER = _record("member", "P1", "陈志强", "19800101", "440233198001010013", household_id="H1")
STRANGER = _record("member", "P2", "陈志强", "19551212", "440123195512124452", household_id="H2")


def test_the_likelier_of_two_namesakes_is_far_ahead() -> None:
    pairs = linkage.predict(_records(ALIKE, MEMBER, STRANGER)).to_pylist()
    best = max(pairs, key=lambda pair: pair["weight"])
    assert (best["identity_id"], best["person_id"], best["month"]) == ("a", "P1", MONTH)
    assert best["probability"] > 0.99
    assert all(pair["weight"] < best["weight"] - 10 for pair in pairs if pair["person_id"] != "P1")


def test_the_engine_that_runs_the_models_may_hold_the_records() -> None:
    records = _records(ALIKE, MEMBER, STRANGER)
    with duckdb.connect() as connection:
        assert linkage.predict_in(connection.from_arrow(records), connection).equals(linkage.predict(records))

    class Frame:
        def toArrow(self) -> pa.Table:  # noqa: N802  as Spark calls it
            return records

    class Session:
        def createDataFrame(self, rows: pa.Table) -> list[Any]:  # noqa: N802
            return [rows]

    (made,) = linkage.predict_in(Frame(), Session())
    assert made.equals(linkage.predict(records))


def test_every_pair_names_the_model_that_judged_it() -> None:
    pairs = linkage.predict(_records(ALIKE, MEMBER))
    assert pairs.schema == linkage.PAIRS
    assert set(pairs["model_sha256"].to_pylist()) == {hashlib.sha256(config_file(MODEL).read_bytes()).hexdigest()}


@pytest.mark.parametrize("rows", [(), (ALIKE,), (MEMBER,)], ids=["nothing", "no member", "no identity"])
def test_nothing_to_compare_is_no_pairs(rows: tuple[dict[str, Any], ...]) -> None:
    assert linkage.predict(_records(*rows)).num_rows == 0


def test_the_household_that_a_row_names_is_said_and_a_blank_never_equals_a_blank() -> None:
    named = {**ALIKE, "record_id": "b", "household_id": "H1"}
    pairs = {pair["identity_id"]: pair for pair in linkage.predict(_records(ALIKE, named, MEMBER)).to_pylist()}
    assert pairs["b"]["is_same_household"]
    assert not pairs["a"]["is_same_household"]
    assert not pairs["b"]["is_same_village"]


def test_months_are_not_mixed() -> None:
    later = {**MEMBER, "month": dt.date(2023, 8, 1)}
    assert linkage.predict(_records(ALIKE, later)).num_rows == 0


def test_training_gives_a_model_that_predicts(tmp_path: Path) -> None:
    rows = []
    for number in range(200):
        name, birth = f"陈{chr(0x4E00 + number)}强", f"19{50 + number % 50}01{1 + number % 28:02d}"
        document = f"440233{birth}{number:03d}X"
        label = {"label": f"K{number}"}
        rows.append({**_record("member", f"P{number}", name, birth, document), **label})
        rows.append({**_record("identity", f"i{number}", name, birth, document[:-2] + "9X"), **label})
    records = pa.Table.from_pylist(rows, schema=COLUMNS.append(pa.field("label", pa.string())))
    saved = tmp_path / "model.json"
    linkage.save(linkage.train(records, pairs_sampled=20_000), saved)
    pairs = linkage.predict(records.drop_columns(["label"]), saved).to_pylist()
    assert {pair["person_id"][1:] for pair in pairs if pair["probability"] > 0.5} == {str(number) for number in range(200)}
