"""What the notice wants at a quarter's end and in the first month of the next: which ledgers, by whom, by when, where they are.

Source: 新农组办〔2023〕3号 art. 4, 5, 6; days are ``calendar.town_ledger_from_day`` and ``_to_day``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.documents.edition import in_words
from orchestration.documents.facts import Facts
from orchestration.foundation.months import Month
from orchestration.foundation.paths import QUARTERS
from orchestration.site.shell import table, text


@dataclass(frozen=True)
class Due:
    """Something that is due: what, by whom, by when, article, and where it is found."""

    what: str
    by_whom: str
    by_when: str
    article: str
    where: str


def due(month: Month, facts: Facts, parameters: Mapping[str, Mapping[str, str | None]]) -> list[Due]:
    """Return what is due of a quarter in its last month and in the first of the next; nothing in its middle month."""
    place = int(month[5:]) % 3
    if place == 2:
        return []
    last = month if month.closes_quarter else month.previous
    first_day, last_day = (parameters[f"calendar.town_ledger_{one}_day"]["value"] for one in ("from", "to"))
    labour = facts.county.department("human_resources").name
    folder = f"季度清单文件夹 {QUARTERS}/{last.quarter}/"
    town_days = f"{in_words(last.next.first_day)}{first_day}日至{last_day}日"
    found = [
        Due("镇街就业台账、返乡人员台账", "各镇街", town_days, "第六条", f"{folder}各镇街的办理工作簿"),
    ]
    if month.closes_quarter:
        end = f"{in_words(last.first_day)}{last.last_day.day}日前"
        found = [
            Due("就业汇总、稳岗就业季度对比表", labour, end, "第六条", f"{folder}“就业汇总”“稳岗就业季度对比表”"),
            Due("重点群体汇总（按县、按镇街导出）", facts.bureau, end, "第四条", f"{folder}“重点群体汇总”"),
            Due("镇街季度排查", "各镇街", end, "第五条", "随办理工作簿反馈，新发现的填“新发现线索”"),
            *found,
        ]
    return found


def due_table(found: list[Due]) -> str:
    """Return what is due as HTML."""
    rows = [[text(one.what), text(one.by_whom), text(one.by_when), text(one.article), text(one.where)] for one in found]
    return table(["什么", "谁报", "什么时候", "依据", "在哪里"], rows)
