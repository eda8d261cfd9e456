"""What is known of single characters: which nobody sees, which stand for others."""

from __future__ import annotations

import csv
import re
import sys
import unicodedata

import pytest

from orchestration.contracts.extract import normalize_header
from orchestration.foundation.characters import (
    CJK_RADICALS,
    INVISIBLE,
    LOOK_ALIKES,
    WHITE,
    as_identifier,
    folded,
    has_invisible,
    has_look_alike,
    has_private,
    is_respelled,
    mended,
)

EVERY = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF]


def test_everything_without_a_shape_is_taken_out() -> None:
    shapeless = re.compile("VARIATION SELECTOR|(HANGUL|CHOSEONG|JUNGSEONG) FILLER|^TAG |^ZERO WIDTH|GRAPHEME JOINER")
    for character in EVERY:
        name = unicodedata.name(character, "")
        if unicodedata.category(character) == "Cf" or shapeless.search(name):
            assert mended(f"H{character}1") == "H1", name
            assert has_invisible(f"H{character}1")
    assert {character for character in WHITE if mended(f"a{character}b") == "ab"} == set("\v\f\x1c\x1d\x1e\x1f")
    assert mended("一行\n二行\t\u3000三") == "一行\n二行\t\u3000三"


def test_every_radical_becomes_a_character() -> None:
    radicals = [character for character in map(chr, range(0x2E81, 0x2FD6)) if unicodedata.name(character, "")]
    assert len(radicals) == 328
    for radical in radicals:
        assert unicodedata.name(mended(radical)).startswith("CJK UNIFIED IDEOGRAPH"), radical
    assert mended("\u2ee2\u2ed3\u2f00\uf90a") == "马长一金"


def test_the_table_of_radicals_holds_only_what_unicodedata_lacks() -> None:
    lines = CJK_RADICALS.read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert [row for row in rows if unicodedata.normalize("NFKC", row["radical"]) != row["radical"]] == []
    assert len({row["radical"] for row in rows}) == len(rows) == 132


def test_mending_once_is_enough() -> None:
    assert not INVISIBLE & LOOK_ALIKES.keys()
    for mend in (mended, folded, as_identifier):
        changed = {character: once for character in EVERY if (once := mend(character)) != character}
        assert [character for character, once in changed.items() if mend(once) != once] == []
        assert [character for character, once in changed.items() if has_invisible(once) or has_look_alike(once)] == []


@pytest.mark.parametrize("text", ["张三", "粤(2023)12号", "李𠮷", "䶮", "阿·依古丽", "1200.50", "ア", "é", "①", "〇", "㎡"])
def test_what_people_write_stays(text: str) -> None:
    assert mended(text) == text
    assert not has_invisible(text)
    assert not has_look_alike(text)
    assert not has_private(text)


@pytest.mark.parametrize(
    ("text", "spelling", "respelled"),
    [
        ("H 1", "H1", False),
        ("Ｈ１", "H1", True),
        ("2023–1", "2023-1", True),
        ("甲\u200b1", "甲1", False),
        ("\u2f00号", "一号", True),
        ("138 1234 5678", "13812345678", False),
        ("13812345678\u300013912345678", "13812345678/13912345678", False),
        ("0751-2283456 13912345678", "0751-2283456/13912345678", False),
    ],
)
def test_an_identifier_has_one_spelling(text: str, spelling: str, respelled: bool) -> None:
    assert as_identifier(text) == spelling
    assert is_respelled(text) is respelled


@pytest.mark.parametrize("header", ["\ufeff户编号", "户\u200b编号", "户\u00ad编\n号", "户 编\ufe00号", "户编号\u202c"])
def test_a_header_is_recognised(header: str) -> None:
    assert normalize_header(header) == "户编号"
