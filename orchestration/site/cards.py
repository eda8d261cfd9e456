"""明白卡: one A4 page a household that says what it receives, who is responsible and how to apply (notice article 24).

Nothing stands on a card that may not hang on a wall: no health, no document, no telephone, no account, no debt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestration.contracts.policy_applications import PolicyApplication, load_policy_applications
from orchestration.documents.edition import Edition
from orchestration.documents.facts import Facts, money
from orchestration.site.content import Row, SiteContent
from orchestration.site.places import Village
from orchestration.site.shell import POLICY, text
from orchestration.site.village_pages import IN_PERSON, village_name

_STYLE = Path(__file__).with_suffix(".css")
_BEFORE_POSTING = "打印：A4 纵向，100%，每户一页。张贴前请核对；有出入的告诉村委会或帮扶责任人更正。"
# From how many signs on a card is set smaller, so that it stays one page.
_DENSE = 1450


def card_pages(content: SiteContent, town: str) -> Iterator[tuple[Village, str]]:
    """Yield every village of a town that has households with a card, and the print-ready page of their cards.

    Args:
        content: the publication.
        town: name of a declared town.
    """
    cards: dict[Village, dict[str, list[Row]]] = {village: {} for village in content.places.villages_of(town)}
    with content.rows() as rows:
        for row in rows.ask("from policy_card order by household_id, line_no"):
            village = content.places.of_household.get(row["household_id"])
            if village in cards:
                cards[village].setdefault(row["household_id"], []).append(row)
        headcounts = {
            row["household_id"]: row["headcount"] for row in rows.ask("select household_id, headcount from household_month")
        }
    maker = Cards(content.facts, content.edition, load_policy_applications())
    for village, households in cards.items():
        if households:
            title = f"{town}{village_name(village)}明白卡"
            pages = "".join(maker.card(lines, headcounts.get(household)) for household, lines in households.items())
            yield village, _document(title, pages, len(households))


def _document(title: str, cards: str, count: int) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>{text(title)}</title><style>{_style()}</style>'
        f"</head><body><p class=note>{text(title)}　共{count}户。{_BEFORE_POSTING}</p>{cards}</body></html>\n"
    )


@cache
def _style() -> str:
    return _STYLE.read_text(encoding="utf-8").replace("\n", "")


@dataclass(frozen=True)
class Cards:
    """Writes cards.

    Attributes:
        facts: of ``config/``.
        edition: the publication that they say what of.
        applications: by policy, how to apply and what may be posted.
    """

    facts: Facts
    edition: Edition
    applications: Mapping[str, PolicyApplication]

    def card(self, lines: Sequence[Row], headcount: int | None) -> str:
        """Return the card of a household as HTML.

        Args:
            lines: its rows of ``policy_card``, in their order.
            headcount: how many members it has.
        """
        first = lines[0]
        by_policy: dict[str, list[Row]] = {}
        for line in lines:
            application = self.applications.get(line["policy"])
            if application and application.is_posted(line["detail"]):
                by_policy.setdefault(line["policy"], []).append(line)
        received = "".join(self._policy(policy, of_policy) for policy, of_policy in by_policy.items())
        table = (
            f"<table><tr><th>政策<th>享受内容<th>责任部门<th>怎样申请、咨询{received}</table>"
            if received
            else "<p>本期没有可以张贴的享受事项。</p>"
        )
        others = "".join(
            f"<li>{text(self._label(policy))}：{text(application.how)}"
            for policy, application in self.applications.items()
            if policy not in by_policy
        )
        kind = first["household_type"] or ""
        if first["monitoring_category"]:
            kind += f"（监测对象，{first['monitoring_status'] or '状态未填'}）"
        who = (
            ("户主", first["head_name"]),
            ("镇、村", f"{first['town'] or ''}{first['village'] or ''}"),
            ("家庭人口", f"{headcount}人" if headcount is not None else ""),
            ("户类型", kind),
            ("帮扶责任人", first["helper_name"]),
            ("日期", f"{self.edition.data_words.partition('（')[0]}"),
        )
        boxes = "".join(f"<div><span>{name}</span>{text(said)}</div>" for name, said in who)
        made = f"{text(self.facts.bureau)}　{text(self.edition.month_words)}"
        dense = " class=dense" if sum(map(len, (received, others))) > _DENSE else ""
        return (
            f"<article{dense}><h1>明白卡</h1><div class=who>{boxes}</div>{table}"
            f"<h2>其他可以申请的政策</h2><ul>{others}</ul>"
            f"<div class=foot><span>{made}</span><span>{IN_PERSON}</span></div></article>"
        )

    def _label(self, policy: str) -> str:
        return self.facts.labels.label("policy", policy)

    def _policy(self, policy: str, lines: Sequence[Row]) -> str:
        application = self.applications[policy]
        said: dict[str, list[str]] = {}
        for line in lines:
            said.setdefault(self._words(line, application.posted == "whole"), []).append(line["name"] or "")
        received = "<br>".join(
            (f"<b>{text('、'.join(dict.fromkeys(name for name in names if name)))}</b> " if any(names) else "") + text(words)
            for words, names in said.items()
        )
        department = self.facts.labels.label("target_department", lines[0]["department"])
        return f"<tr><th>{text(self._label(policy))}<td>{received}<td>{text(department)}<td>{text(application.how)}"

    def _words(self, line: Row, is_whole: bool) -> str:
        """Return what is received: what exactly, in which state, how much, from when to when."""
        detail = line["detail"] or ""
        state = self.facts.labels.label("state", line["state"]) if line["state"] else ""
        parts = [
            detail if is_whole else detail.partition("/")[0],
            state,
            f"每月{money(line['monthly_amount'])}元" if line["monthly_amount"] is not None else "",
            f"{money(line['amount'])}元" if line["amount"] is not None else "",
        ]
        start, end = (f"{day:%Y-%m}" if day else "" for day in (line["from_on"], line["to_on"]))
        period = (
            ""
            if not (start or end)
            else f"（{start}）"
            if start == end
            else f"（{start}起）"
            if not end
            else f"（{start}至{end}）"
        )
        return " ".join(part for part in parts if part) + period
