"""Where a published column comes from, and which rules watch over that, in words with links.

What belongs here: laying out what the lineage (``explanations.lineage``) says. What does not: following it; the page around it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from expectations.catalogue import Rule, load_rules
from orchestration.contracts import load_extracts, load_fields, load_marts, load_parameters, mart_fields
from orchestration.explanations.lineage import Lineage, Origin, Place, load_lineage
from orchestration.foundation.overlay import kept_by_overlay
from orchestration.site.shell import anchor, text

# More columns than these are told as a number, and once for all at the end of the page.
_MOST_COLUMNS, _MOST_RULES, _MOST_TITLES, _MOST_STEPS = 8, 10, 2, 3
# What reading notes of a row, beside what stands in it.
_PLACES = {"delivery_month": "报送月份", "file": "文件", "sheet": "工作表", "row_number": "行号", "*": "行数"}
_BEGIN = re.compile("[（：，；]")


@dataclass
class Origins:
    """Says where columns come from; what is long is collected, to be told once at the end.

    Attributes:
        handbook: address of the handbook; blank where there is none to lead to.
        has_extracts: whether the page has a section for each extract, to which names lead.
        long: what was said by number alone, with its address on the page.
    """

    handbook: str
    has_extracts: bool
    long: dict[frozenset[Origin], str] = field(default_factory=dict)

    def of(self, table: str, column: str) -> str:
        """Return where a published column comes from, as HTML."""
        lineage = load_lineage()
        origins = lineage.origins(table, column)
        said = self._said(origins)
        steps = [f"{one.table}.{one.column}" for one in lineage.step(Place(table, column))]
        more = f" 等{len(steps)}列" if len(steps) > _MOST_STEPS else ""
        before = f'<div class="note">上一步 <code>{text("、".join(steps[:_MOST_STEPS]))}</code>{more}</div>' if steps else ""
        return said + before + self._watched(origins)

    def _said(self, origins: frozenset[Origin]) -> str:
        if not origins:
            return "固定写法，由程序给出"
        unknown = [one for one in origins if one.kind == "unknown"]
        if unknown:
            return f"不知道：{text(unknown[0].column)}"
        if len(origins) > _MOST_COLUMNS:
            address = self.long.setdefault(origins, f"from{len(self.long) + 1}")
            extracts = {one.table for one in origins if one.kind == "extract"}
            words = f"{len(origins)} 列" + (f"（{len(extracts)} 个名册）" if extracts else "")
            return anchor(words, f"#{address}")
        return self.in_full(origins)

    def in_full(self, origins: Collection[Origin]) -> str:
        """Return every one of some origins, by table."""
        by_table: dict[tuple[str, str], list[str]] = defaultdict(list)
        for one in sorted(origins):
            by_table[one.kind, one.table].append(one.column)
        return "；".join(dict.fromkeys(self._of_table(kind, table, columns) for (kind, table), columns in by_table.items()))

    def _of_table(self, kind: str, table: str, columns: Sequence[str]) -> str:
        if kind == "extract":
            contract = load_extracts()[table]
            headers = {column.name: column.header for column in contract.columns}
            name = f"《{contract.title}》"
            named = "、".join(text(headers.get(one) or _PLACES.get(one, one)) for one in columns)
            return (anchor(name, f"#{table}") if self.has_extracts else text(name)) + named
        if kind == "parameter":
            return "标准：" + self._in_handbook(load_parameters()[table].description, table)
        if kind == "finding":
            return "核查规则的结果" + (f"（{self._in_handbook('手册', '')}）" if self.handbook else "")
        if kind == "file":
            return f"配置文件 <code>{text(table)}</code>"
        words = load_lineage().tables.get(f"{'landed' if kind == 'account' else 'reference'}.{table}", table)
        return f"{'读入记录' if kind == 'account' else '配置'}：{text(_BEGIN.split(words)[0])}"

    def _watched(self, origins: frozenset[Origin]) -> str:
        codes = sorted({code for one in origins for code in correcting_rules().get(one, ())})
        return self.rules(codes, "有错时由规则指出") if codes else ""

    def rules(self, codes: Sequence[str], words: str) -> str:
        """Return rules by code, each leading to the handbook; few with their titles where there is none."""
        most = _MOST_RULES if self.handbook else _MOST_TITLES
        shown = "、".join(self._in_handbook(code, code, load_rules()[code].title) for code in codes[:most])
        more = f" 等{len(codes)}条" if len(codes) > most else ""
        return f'<div class="note">{words} {shown}{more}</div>'

    def _in_handbook(self, words: str, name: str, title: str = "") -> str:
        if not self.handbook:
            return text(f"{words}{title}" if title else words)
        said = f' title="{text(title)}"' if title else ""
        return f'<a href="{text(self.handbook)}{f"#{text(name)}" if name else ""}"{said}>{text(words)}</a>'


@kept_by_overlay
def correcting_rules() -> Mapping[Origin, Sequence[str]]:
    """Return the rules by the column of an extract that is to be corrected where they find something."""
    return _by_origin(lambda rule, origin: rule.field == origin.column)


@kept_by_overlay
def reading_rules() -> Mapping[Origin, Sequence[str]]:
    """Return the rules by the column of an extract that they read."""
    return _by_origin(lambda rule, origin: True)


def _by_origin(holds: Callable[[Rule, Origin], bool]) -> Mapping[Origin, Sequence[str]]:
    lineage, found = load_lineage(), defaultdict[Origin, list[str]](list)
    for code, rule in load_rules().items():
        for origin in lineage.read_by(code):
            if origin.kind == "extract" and holds(rule, origin):
                found[origin].append(code)
    return found


@kept_by_overlay
def fed_lists() -> Mapping[Origin, Sequence[str]]:
    """Return the lists by the column of an extract that one of their columns comes from, those first that come from few."""
    lineage: Lineage = load_lineage()
    found: dict[Origin, dict[str, int]] = defaultdict(dict)
    for name, mart in load_marts().items():
        for column in mart_fields(mart, load_fields()):
            origins = lineage.origins(name, column)
            for origin in origins:
                found[origin][name] = min(len(origins), found[origin].get(name, len(origins)))
    return {origin: sorted(marts, key=lambda name: (marts[name], name)) for origin, marts in found.items()}
