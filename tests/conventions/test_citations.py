"""Whoever cites a rule can look it up: every section, article, mart and check that a file names exists."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from expectations.catalogue import load_rules
from tests.conftest import REPOSITORY

SPECIFICATION = REPOSITORY / "docs" / "specification"
SUFFIXES = {".py", ".sql", ".yml", ".md", ".html", ".j2"}

DIGITS = "一二三四五六七八九"
NUMERALS = {
    f"{DIGITS[tens - 1] if tens > 1 else ''}{'十' if tens else ''}{DIGITS[ones - 1] if ones else ''}": 10 * tens + ones
    for tens in range(10)
    for ones in range(10)
    if tens or ones
}

NUMBER = r"[0-9]{1,2}(?![0-9])"
PLACE = rf"§ ?{NUMBER}(?:\.[0-9])?"
AND = r"(?:, ?| and | ?[–-] ?)"
CODE = r"[A-Z][0-9]{2}"
CHINESE = r"第(?:[0-9]+|[一二三四五六七八九十]+)(?:[、至](?:[0-9]+|[一二三四五六七八九十]+))*条"

# What announces a citation; a text in which it is left when those that fit a pattern are taken out cites in a way unknown here.
ANNOUNCED = re.compile(r"§.{9}|(?:rules|ledgers)(?:\.md|,|'s?) section.{9}|规则[第A-Z].{5}|3号[》,，\s]*第.{5}")

# One pattern for each way of citing; the first that fits takes the words. `document` is missing where it goes without saying.
FORMS = {
    "paragraphs of a document": rf"(?P<document>\w+)\.md (?P<places>{PLACE}(?:(?:、|，|, | and )?{PLACE})*)",
    "sections of a document": rf"(?P<document>\w+)\.md sections? (?P<places>{NUMBER}(?:{AND}(?:section )?{NUMBER})*)",
    "sections of the rules": rf"\brules(?:,|'s?) sections? (?P<places>{NUMBER}(?:{AND}{NUMBER})*)",
    "sections of the rules in Chinese": r"规则第(?P<places>[0-9]+(?:、[0-9]+)*)节",
    "a paragraph alone": rf"(?P<places>{PLACE})",
    "a mart": r"marts\.md (?P<mart>[a-z]+(?:_[a-z]+)+)",
    "checks": rf"checks\.csv (?P<checks>{CODE}(?:(?:, ?|、|[–-]){CODE})*)",
    "checks in Chinese": rf"规则(?P<checks>{CODE}(?:、{CODE})*)",
    "articles": rf"\b[Aa]rt(?:\.|icles?) (?P<articles>{NUMBER}(?:{AND}{NUMBER})*)",
    "articles in Chinese": rf'新农组办〔\s*20\s*23\s*〕3号》?[,，]?\s*"?(?:,? ?"?article"?: ?"?)?'
    rf"(?P<chinese_articles>{CHINESE}(?:、{CHINESE})*)",
}
EXAMPLES = {
    "paragraphs of a document": ("rules.md §2.4、§11", "rules.md §2.9", "ledgers.md §12", "rule.md §2"),
    "sections of a document": ("rules.md section 2, 10; more", "rules.md section 2, 13", "notice.md section 3"),
    "sections of the rules": ("rules, section 11", "the rules' section 14"),
    "sections of the rules in Chinese": ("规则第3、4、7节", "规则第3、24节"),
    "a paragraph alone": ("as §10 says", "as §13 says"),
    "a mart": ("marts.md key_groups", "marts.md key_words"),
    "checks": ("checks.csv A01–A04、K07", "checks.csv A01, A99"),
    "checks in Chinese": ("article: 规则G11", "article: 规则G11、G98"),
    "articles": ("art. 6–9", "articles 4 and 26", "Article 30"),
    "articles in Chinese": (
        "新农组办〔2023〕3号第四、二十五条",
        "新农组办〔2023〕3号 第三条、第二十六条",
        "新农组办〔2023〕3号 第二十至三十条",
        "新农组办〔2023〕3号, article: 第26条",
    ),
}


@cache
def sections(document: str) -> dict[str, str]:
    """Return the text of every numbered section of a document, by number; nothing where there is no such document."""
    path = SPECIFICATION / f"{document}.md"
    parts = re.split(r"^## ([0-9]+)\. ", path.read_text(encoding="utf-8") if path.exists() else "", flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@cache
def articles() -> set[int]:
    """Return the articles of which notice.md says what they oblige the county to."""
    rows = re.findall(r"^\| ([0-9]+)(?:–([0-9]+))? \|", (SPECIFICATION / "notice.md").read_text(encoding="utf-8"), re.MULTILINE)
    return {number for first, last in rows for number in range(int(first), int(last or first) + 1)}


@cache
def marts() -> set[str]:
    """Return the marts of which marts.md has a row."""
    rows = re.findall(r"^\| (.+?) \| ", (SPECIFICATION / "marts.md").read_text(encoding="utf-8"), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"[a-z_]+", re.sub(r"\(.*?\)", "", row))}


def has_section(document: str, place: str) -> bool:
    number, _, item = place.partition(".")
    text = sections(document).get(number)
    return text is not None and (not item or re.search(rf"^{item}\. ", text, re.MULTILINE) is not None)


def numbers_of(words: str) -> list[int]:
    """Return the articles of a list as written; of a range its two ends stand for all."""
    return [int(word) if word.isdecimal() else NUMERALS.get(word, 0) for word in re.findall(rf"[0-9]+|[{DIGITS}十]+", words)]


def is_resolved(citation: dict[str, str | None], own: str) -> bool:
    """Say whether what a citation names exists; a paragraph alone is one of the rules or of the document it stands in."""
    if places := citation.get("places"):
        documents = [citation["document"]] if citation.get("document") else ["rules", own]
        named = re.findall(r"[0-9]+(?:\.[0-9]+)?", places)
        return all(any(has_section(document, place) for document in documents if document) for place in named)
    if mart := citation.get("mart"):
        return mart in marts()
    if checks := citation.get("checks"):
        return set(re.findall(CODE, checks)) <= load_rules().keys()
    return set(numbers_of(citation.get("articles") or citation.get("chinese_articles") or "")) <= articles()


def joined(text: str) -> str:
    """Return a text in one line, without the signs of comments: a citation may be broken over lines."""
    return re.sub(r"\s*\n\s*(?:--|#)?\s*", " ", text)


def citations(text: str, seen: Callable[[str], object] = lambda form: None) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Give every citation as written and by its parts; ``seen`` is told in which form."""
    rest = joined(text)
    for form, pattern in FORMS.items():
        for found in re.finditer(pattern, rest):
            seen(form)
            yield found[0], found.groupdict()
        rest = re.sub(pattern, " ", rest)


def otherwise(text: str) -> list[str]:
    """Return what looks like a citation and is written in none of the ways known."""
    rest = joined(text)
    for pattern in FORMS.values():
        rest = re.sub(pattern, " ", rest)
    return ANNOUNCED.findall(rest)


def unresolved(text: str, own: str = "") -> list[str]:
    return [written for written, parts in citations(text) if not is_resolved(parts, own)]


def texts() -> Iterator[tuple[Path, str]]:
    """Give every file that may cite, with its text."""
    listed = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout.splitlines()
    for name in listed:
        path = REPOSITORY / name
        if path.suffix in SUFFIXES and path != Path(__file__) and path.is_file():
            yield path, path.read_text(encoding="utf-8")


def test_every_citation_leads_somewhere() -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}: {written}"
        for path, text in texts()
        for written in unresolved(text, path.stem if path.parent == SPECIFICATION else "")
    ]
    assert found == []


def test_every_document_of_the_specification_that_is_named_exists() -> None:
    named = {
        name
        for _, text in texts()
        for name in re.findall(r"\b(?:rules|marts|ledgers|notice|commands)\.md|checks_added\.csv", text)
    }
    assert named
    assert [name for name in named if not (SPECIFICATION / name).is_file()] == []


def test_no_citation_is_written_in_another_way() -> None:
    assert otherwise("规则第二至三节所说的内容") == ["规则第二至三节所"]
    assert [f"{path.relative_to(REPOSITORY)}: {words}" for path, text in texts() for words in otherwise(text)] == []


def test_every_way_of_citing_is_used() -> None:
    used: set[str] = set()
    for _, text in texts():
        list(citations(text, used.add))
    assert used == FORMS.keys()


@pytest.mark.parametrize("form", FORMS)
def test_a_citation_that_leads_nowhere_is_found(form: str) -> None:
    good, *made_up = EXAMPLES[form]
    assert [written for written, _ in citations(good)] != []
    assert unresolved(good) == []
    for text in made_up:
        assert len(unresolved(text)) == 1, text


def test_a_citation_broken_over_lines_of_a_comment_is_read_whole() -> None:
    assert unresolved("-- Source: rules.md section 2,\n-- section 33; checks.csv\n-- A99.") != []
    assert unresolved("# rules.md\n# section 2, 3") == []


def test_the_articles_are_those_of_the_notice() -> None:
    assert articles() == set(range(1, 26))
    assert (NUMERALS["九"], NUMERALS["十"], NUMERALS["十八"], NUMERALS["二十五"]) == (9, 10, 18, 25)
