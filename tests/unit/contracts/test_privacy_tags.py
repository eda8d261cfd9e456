"""Every published column says what it is about a person and how analysts see it; everything else is derived from that."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.contracts import ConfigError, load_fields, load_marts, load_publication_lists, mart_fields
from orchestration.contracts.privacy import Privacy, Shown, load_edition_settings, wrong_tags
from orchestration.generate import generated_files

FIELD = 'reported_by: {{type: text, label: 报告人, description: "谁"{tags}}}\n'


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ("", "does not say what it is about a person"),
        (", privacy: personal", "given together"),
        (", privacy: personal, analysts: keep", "personal columns are shown as"),
        (", privacy: sensitive, analysts: keep", "text about a person"),
        (", privacy: quasi, analysts: age_band", "not for text"),
        (", privacy: quasi, analysts: coded, code_lists: [nowhere]", "no code list nowhere"),
        (", privacy: none, analysts: keep, values: [甲]", "for coded and common"),
    ],
)
def test_a_column_without_fitting_tags_is_refused(tmp_path: Path, tags: str, told: str) -> None:
    path = tmp_path / "fields.yml"
    path.write_text(FIELD.format(tags=tags), encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        load_fields(path)


def test_files_are_not_generated_from_an_untagged_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "fields.yml"
    path.write_text(FIELD.format(tags=""), encoding="utf-8")
    monkeypatch.setattr("orchestration.generate.dbt_files.load_fields", lambda: load_fields(path))
    with pytest.raises(ConfigError, match="reported_by"):
        generated_files()


def test_a_mart_that_says_otherwise_of_a_column_keeps_its_tags_unless_it_has_its_own() -> None:
    fields, marts = load_fields(), load_marts() | load_publication_lists()
    assert mart_fields(marts["policy_card"], fields)["name"].personal
    assert mart_fields(marts["worklist_follow_up"], fields)["reason"].personal and not fields["reason"].personal
    for mart in marts.values():
        for name, field in mart_fields(mart, fields).items():
            assert field.privacy and field.analysts, (mart.mart, name)
            assert wrong_tags(field.type, field.privacy, field.analysts, bool(field.code_lists or field.values)) is None


def test_every_summary_says_which_counts_add_up() -> None:
    summaries, marts = load_edition_settings().summaries, load_marts()
    assert set(summaries) == {name for name, mart in marts.items() if mart.analysts == "summary"}
    for name, summary in summaries.items():
        columns = marts[name].columns
        named = {*summary.within, *summary.cells, *summary.sums, *summary.part_of, *summary.blank_with}
        assert named <= set(columns), name
        counts = {column for column in columns if load_fields()[column].type in ("integer", "money", "ratio")}
        assert counts == {*summary.cells, *summary.blank_with}, name


@pytest.mark.parametrize(
    ("kind", "privacy", "shown", "has_words", "told"),
    [
        ("integer", "quasi", "keep", False, "what identifies together with other columns is not kept as it is"),
        ("boolean", "quasi", "keep", False, None),
        ("integer", "quasi", "capped", False, None),
        ("integer", "sensitive", "keep", False, None),
        ("text", "sensitive", "keep", False, "text about a person is not kept as it is"),
        ("text", "none", "keep", False, None),
        ("integer", "personal", "keep", False, "personal columns are shown as drop, household, person, not keep"),
        ("text", "personal", "household", False, None),
        ("text", "none", "rounded", False, "analysts: rounded is not for text"),
        ("text", "none", "keep", True, "code_lists and values are for coded and common"),
        ("text", "quasi", "common", True, None),
    ],
)
def test_what_a_column_may_show_depends_on_what_it_says_of_a_person(
    kind: str, privacy: Privacy, shown: Shown, has_words: bool, told: str | None
) -> None:
    assert wrong_tags(kind, privacy, shown, has_words) == told
