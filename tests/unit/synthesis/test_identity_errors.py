from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pytest

from orchestration.foundation.months import Month
from orchestration.synthesis import SCENARIOS, likeness, synthesize
from orchestration.synthesis.chance import stream
from orchestration.synthesis.founding import settle
from orchestration.synthesis.households import Households, make_villages
from orchestration.synthesis.identity_errors import (
    DEPARTMENT_NAMES,
    DEPARTMENT_NUMBERS,
    DEPARTMENT_SPELLINGS,
    ROSTER_NAMES,
    ROSTER_NUMBERS,
    X_SPELLINGS,
)
from orchestration.synthesis.name_errors import TRAILING, spoilt_name
from orchestration.synthesis.number_errors import NUMBERS, SHAMS, SPELLINGS
from orchestration.synthesis.people import People, day_numbers

MONTH, NUMBER = Month("2023-08"), "440233199001011234"
ROSTER = "rural_revitalization__member_roster"
MANY, FEW = 500, 40


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    found = {}
    for scenario in ("base", "hard", "double", "half"):
        found[scenario] = tmp_path_factory.mktemp(scenario)
        synthesize(found[scenario], MANY, MONTH, MONTH, 4, errors=scenario)
    return found


def truth(out: Path) -> list[tuple[str, str, int, str | None, list[str]]]:
    """Extract, file, row number, person and classes of every row."""
    rows = duckdb.execute(
        "select extract, file, row_number, person_id, coalesce(error_class, '') from read_parquet(?)",
        [str(out / ".truth" / "person_links.parquet")],
    ).fetchall()
    return [(*row[:4], [name for name in row[4].split("+") if name]) for row in rows]


def shares(out: Path, *, of_roster: bool = False) -> dict[str, float]:
    rows = [row for row in truth(out) if (row[0] == ROSTER if of_roster else not row[0].startswith("rural"))]
    counts = Counter(name for row in rows for name in row[4])
    return {name: count / len(rows) for name, count in counts.items()}


def digest(folder: Path) -> str:
    content = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content.update(path.relative_to(folder).as_posix().encode())
            content.update(path.read_bytes())
    return content.hexdigest()


@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_a_scenario_is_the_same_again(tmp_path: Path, scenario: str) -> None:
    for name in ("one", "other"):
        synthesize(tmp_path / name, FEW, MONTH, MONTH, 2, errors=scenario)
    assert digest(tmp_path / "one") == digest(tmp_path / "other")


def test_scenarios_are_of_the_same_people(counties: dict[str, Path]) -> None:
    def about(out: Path) -> list[tuple[str, str | None]]:
        return sorted((extract, person) for extract, _, _, person, _ in truth(out) if person)

    assert about(counties["base"]) == about(counties["double"]) == about(counties["hard"])


def test_errors_of_departments_are_as_frequent_as_they_should_be(counties: dict[str, Path]) -> None:
    found = shares(counties["base"])
    content = sum(found.get(name, 0) for name in DEPARTMENT_NUMBERS)
    spelling = sum(found.get(name, 0) for name in (*DEPARTMENT_SPELLINGS, *X_SPELLINGS))
    names = sum(found.get(name, 0) for name in (*DEPARTMENT_NAMES, "newborn_name"))
    assert 0.05 <= content <= 0.1  # rows with two documents have errors in each
    assert 0.045 <= spelling <= 0.07
    assert 0.03 <= names <= 0.05
    missing = set(DEPARTMENT_NUMBERS) | set(DEPARTMENT_SPELLINGS) | set(X_SPELLINGS) | set(DEPARTMENT_NAMES)
    assert missing - set(found) == set()
    assert {"newborn_name", "village_missing", "village_other", "village_spelling", "kin_number"} <= set(found)


def test_every_department_has_errors_of_content(counties: dict[str, Path]) -> None:
    by_extract: dict[str, list[bool]] = {}
    for extract, _, _, _, classes in truth(counties["base"]):
        by_extract.setdefault(extract, []).append(bool(set(classes) & set(DEPARTMENT_NUMBERS)))
    large = {name: np.mean(rows) for name, rows in by_extract.items() if len(rows) > 1500 and not name.startswith("rural")}
    assert len(large) >= 3
    assert all(0.04 <= rate <= 0.13 for rate in large.values())


def test_errors_of_the_roster_are_as_frequent_as_they_should_be(counties: dict[str, Path]) -> None:
    found = shares(counties["base"], of_roster=True)
    spelt = sum(rate for name, rate in found.items() if name.startswith("format_") and name != "format_spaced_name")
    assert 0.04 <= sum(found.get(name, 0) for name in ROSTER_NUMBERS) + spelt <= 0.075
    assert 0.005 <= sum(found.get(name, 0) for name in ROSTER_NAMES) <= 0.02
    assert found["birth_missing"] > 0.01


def test_scenarios_differ_in_scale(counties: dict[str, Path]) -> None:
    sums = {name: sum(shares(out).values()) for name, out in counties.items()}
    assert 1.8 < sums["double"] / sums["base"] < 2.2
    assert 0.4 < sums["half"] / sums["base"] < 0.6
    assert 0.9 < sums["hard"] / sums["base"] < 1.1


def test_hand_keyed_records_have_several_errors_at_once(counties: dict[str, Path]) -> None:
    def several(scenario: str) -> float:
        return float(np.mean([len(row[4]) >= 2 for row in truth(counties[scenario])]))

    assert several("hard") > 1.4 * several("base")


def test_means_of_hand_keyed_rates_stay() -> None:
    draw = np.linspace(0, 1, 100_000, endpoint=False)
    for name, scale in {"base": 1.0, "hard": 1.0, "double": 2.0, "half": 0.5}.items():
        assert SCENARIOS[name].factors(draw).mean() == pytest.approx(scale, rel=1e-3)
    assert set(np.round(SCENARIOS["hard"].factors(draw), 3).tolist()) == {6.0, 0.737}


@pytest.mark.parametrize(
    ("kind", "fits"),
    [
        ("one_digit", lambda text: sum(a != b for a, b in zip(text, NUMBER, strict=True)) == 1),
        ("two_digits", lambda text: sum(a != b for a, b in zip(text, NUMBER, strict=True)) == 2),
        ("transposition", lambda text: text != NUMBER and sorted(text) == sorted(NUMBER)),
        ("wrong_check", lambda text: text[:17] == NUMBER[:17] and text != NUMBER),
        ("fifteen_digits", lambda text: text == "440233900101123"),
        ("dropped_digit", lambda text: len(text) == 17),
        ("doubled_digit", lambda text: len(text) == 19),
        ("excel_000", lambda text: text == "440233199001011000"),
        ("scientific", lambda text: text in ("4.40233E+17", "4.40233199001011E+17")),
        ("masked", lambda text: len(text) == 18 and "****" in text),
        ("placeholder", lambda text: text.startswith("999999") or text in SHAMS),
        ("blank_number", lambda text: text in ("", "无")),
    ],
)
def test_spoilt_numbers(kind: str, fits) -> None:
    for how in np.linspace(0, 0.999, 40).tolist():
        assert fits(NUMBERS[kind](NUMBER, how))


def test_numbers_that_cannot_have_an_error_say_so() -> None:
    assert NUMBERS["fifteen_digits"]("440233201001011234", 0.5) is None
    assert NUMBERS["excel_000"]("44023319900101123X", 0.5) is None
    assert NUMBERS["scientific"]("44023319900101123X", 0.5) is None


@pytest.mark.parametrize("kind", sorted(SPELLINGS))
def test_spellings_keep_the_digits(kind: str) -> None:
    for how in np.linspace(0, 0.999, 20).tolist():
        written = SPELLINGS[kind]("44023319900101123X", how)
        assert written != "44023319900101123X"
        assert "".join(character for character in written if character.isdigit()).translate(
            str.maketrans("０１２３４５６７８９", "0123456789")
        ) == ("44023319900101123")


def test_another_class_where_a_name_cannot_have_the_error() -> None:
    kind, name = spoilt_name("巫一", "variant_character", 0.5)
    assert (kind, name) == ("trailing_text", "巫一" + TRAILING[4])
    assert spoilt_name("李伟", "former_name", 0.2) == ("former_name", "李亚伟")


def test_errors_of_tidy_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="tidy"):
        synthesize(tmp_path, FEW, MONTH, MONTH, 1, clean=True, errors="base")
    with pytest.raises(ValueError, match="there are"):
        synthesize(tmp_path, FEW, MONTH, MONTH, 1, errors="worst")


@pytest.fixture(scope="module")
def alike() -> tuple[Households, People]:
    villages = make_villages(stream(1, "villages"), [f"44023310{town}" for town in range(7)])
    homes, persons, _ = settle(stream(1, "people"), 3000, 3000, villages, np.datetime64("2022-08"), are_alike=True)
    return homes, persons


def test_twins_are_born_on_one_day_and_have_neighbouring_numbers(alike: tuple[Households, People]) -> None:
    _, persons = alike
    second = np.flatnonzero((persons.household[1:] == persons.household[:-1]) & (persons.birth[1:] == persons.birth[:-1])) + 1
    second = second[np.isin(persons.relationship[second], likeness.CHILDREN)]
    children = np.isin(persons.relationship, likeness.CHILDREN).sum()
    assert 0.007 < len(second) / children < 0.018
    distance = [abs(int(persons.id_number[row][:17]) - int(persons.id_number[row - 1][:17])) for row in second.tolist()]
    assert np.mean(np.array(distance) <= 4) > 0.9
    assert all(persons.name[row] != persons.name[row - 1] for row in second.tolist())


def test_both_county_codes_and_small_order_numbers(alike: tuple[Households, People]) -> None:
    _, persons = alike
    old = day_numbers(persons.birth) // 10_000 < 1988
    codes = Counter(number[:6] for number in persons.id_number[old].tolist())
    assert codes["440123"] > 2 * codes["440233"] > 0
    assert np.median([int(number[14:17]) for number in persons.id_number.tolist()]) < 40
    assert len(set(persons.id_number.tolist())) == len(persons)


def test_neighbours_of_one_name(alike: tuple[Households, People]) -> None:
    homes, persons = alike
    village = homes.village[persons.household]
    namesakes = Counter(zip(village.tolist(), persons.name.tolist(), strict=True))
    assert sum(count for count in namesakes.values() if count > 1) / len(persons) > 0.04
