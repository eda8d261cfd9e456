"""What a published column says about a person, and how the analysts' edition shows it: two tags per column (``fields.yml``).

What belongs here: the tags, which of them go together, the numbers of ``config/analyst_edition.yml``. What does not: masking
(``publications.analyst_edition``). Nothing else says what is personal: dbt's metadata, Dagster's tags, the data dictionary and
the edition derive from it. Source: docs/security.md, 《个人信息保护法》 on least data and de-identification.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field, model_validator

from orchestration.contracts.yaml_file import Model, parse_laid_over
from orchestration.foundation.overlay import kept_by_overlay
from orchestration.foundation.paths import CONFIG

FILE = "analyst_edition.yml"

# personal: identifies by itself; quasi: together with other columns; sensitive: what nobody should learn of somebody.
Privacy = Literal["personal", "quasi", "sensitive", "none"]
# How the analysts' edition shows a column:
# keep       as it is
# drop       not at all
# person     a keyed token, the same in every month and list (household: likewise)
# town       a declared town with enough households, any other text as one word (town_code: its code)
# village    a village with enough households, the small ones of a town as one word
# age_band   years as a band of ``age_bands``
# coded      declared words alone (value labels, ``code_lists``, ``values``), any other text as one word
# common     the same, and words that too few have as that word too
# capped     a count, those that too few reach as the greatest that enough do
# month      a day as the first of its month
# rounded    money to ``money_rounded_to``, ratios to hundredths
Shown = Literal[
    "keep",
    "drop",
    "person",
    "household",
    "town",
    "town_code",
    "village",
    "age_band",
    "coded",
    "common",
    "capped",
    "month",
    "rounded",
]
WORDS = frozenset({"coded", "common"})
_TYPES: dict[str, frozenset[str]] = {
    "age_band": frozenset({"integer"}),
    "capped": frozenset({"integer"}),
    "month": frozenset({"date", "month"}),
    "rounded": frozenset({"money", "ratio"}),
} | {shown: frozenset({"text"}) for shown in ("person", "household", "town", "town_code", "village", *WORDS)}
_OF_PERSONAL = frozenset({"drop", "person", "household"})

PRIVACY_WORDS = {"personal": "个人信息", "quasi": "间接识别", "sensitive": "敏感", "none": ""}
SHOWN_WORDS = {
    "keep": "照原样",
    "drop": "不提供",
    "person": "人员代号",
    "household": "户代号",
    "town": "户数够的镇街",
    "town_code": "户数够的镇街",
    "village": "户数够的村",
    "age_band": "年龄段",
    "coded": "只有代码表里的值",
    "common": "只有代码表里、不罕见的值",
    "capped": "罕见的大数并入",
    "month": "只到月份",
    "rounded": "取整",
}


def wrong_tags(kind: str, privacy: Privacy, shown: Shown, has_words: bool) -> str | None:
    """Return what is wrong with the tags of a column of a type (``text``, ``integer`` …); None where they go together.

    Args:
        kind: type of the column.
        privacy: what it says of a person.
        shown: how analysts see it.
        has_words: whether ``code_lists`` or ``values`` is given.
    """
    if shown in _TYPES and kind not in _TYPES[shown]:
        return f"analysts: {shown} is not for {kind}"
    if privacy == "personal" and shown not in _OF_PERSONAL:
        return f"personal columns are shown as {', '.join(sorted(_OF_PERSONAL))}, not {shown}"
    if privacy == "quasi" and shown == "keep" and kind != "boolean":
        return "what identifies together with other columns is not kept as it is"
    if kind == "text" and shown == "keep" and privacy != "none":
        return "text about a person is not kept as it is"
    if has_words and shown not in WORDS:
        return "code_lists and values are for coded and common"
    return None


class Summary(Model):
    """A list of counts that analysts may pass on: which counts add up to which, so that a hidden one cannot be worked out.

    Attributes:
        within: columns that separate tables of the list; in each, the row ``is_total`` is the sum of the others.
        cells: the counts.
        sums: counts that others add up to, by the sum.
        part_of: counts that are part of another, so that a small difference is hidden too.
        rows_part_of: of the column in ``within``, values whose counts are part of another value's.
        together: whether all counts of a row are hidden when one is.
        blank_with: other columns, and the counts with which they are blanked.
    """

    within: tuple[str, ...] = ()
    cells: tuple[str, ...]
    sums: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    part_of: dict[str, str] = Field(default_factory=dict)
    rows_part_of: dict[str, str] = Field(default_factory=dict)
    together: bool = False
    blank_with: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class EditionSettings(Model):
    """``config/analyst_edition.yml``; an overlay replaces single entries."""

    smallest_group: int = Field(ge=2, description="少于这么多户（人）的村、取值并入其他，汇总中少于这么多的数不显示")
    age_bands: tuple[int, ...] = Field(min_length=2, description="各年龄段从几周岁起，从 0 开始，由小到大")
    money_rounded_to: int = Field(ge=1, description="各户各人的金额取整到多少元")
    summaries: dict[str, Summary] = Field(description="分析员可以转给别人的汇总：哪些数相加等于哪个数")

    @model_validator(mode="after")
    def _check(self) -> EditionSettings:
        if self.age_bands[0] != 0 or list(self.age_bands) != sorted(set(self.age_bands)):
            raise ValueError("年龄段应从 0 开始，由小到大，不重复")
        return self


@kept_by_overlay
def load_edition_settings() -> EditionSettings:
    """Return by what numbers the analysts' edition is made; ``ConfigError`` where a file is wrong."""
    return parse_laid_over(EditionSettings, CONFIG / FILE, FILE)


def allowed_words(labels: Mapping[str, object], listed: Iterable[str], values: tuple[str, ...]) -> frozenset[str]:
    """Return the words that a column may show: its labelled codes, those of its code lists, those written beside it."""
    return frozenset({*labels, *listed, *values})
