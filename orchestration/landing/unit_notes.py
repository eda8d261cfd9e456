"""Notes of a unit: what a title, a header or a line below the data says of the unit of its amounts.

What belongs here: telling a note (单位：户、万元) from an amount in prose (收入低于1万元的户).
What does not: what follows from a note (``scales``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from orchestration.landing.cells import fold_tight
from orchestration.landing.units import CURRENCY, NAMES, SHORT, Unit, alike, unit_named

_LETTER = "a-z$%\u4e00-\u9fff"
_UNIT = rf"(?:1[0,]*|一)?(?:{NAMES})"
_WORDS = re.compile("[元圆圓块塊角分币幣$＄]|单位|單位|unit|yuan|rmb|cny|usd|hkd|'000", re.IGNORECASE)
# Marks and words that stand around the unit in a header and say nothing else.
_AROUND = re.compile(
    rf"[^0-9{_LETTER}]+|(?:计量|计价|货币|币种|金额)?单位(?:为|是)?|金额|数额|[以按](?=.+计)|计(?=[^{_LETTER}]*$)"
)
_BETWEEN = re.compile(rf"[^0-9{_LETTER}]+|[和及与或]")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=000)")
_CURRENCY_FIRST = re.compile(rf"(?:{CURRENCY}|¥)(1?'?000|10+)(?![0-9元万])")
_OPENING = re.compile(
    rf"(?:单位|unit)(?:名称)?(?:均|都|全部|统一|一律)*(?:为|是|以|按|采用|用)?[^0-9{_LETTER}]*(?=(?P<list>[^:。]*))"
)
_OFFICE = re.compile(
    "(?:填报|填表|编制|编报|制表|填制|报送|上报|报告|主管|责任|采购|用人|所在|工作|发放|经办|承办|帮扶|牵头|审核|收款|付款|缴费|参保"
    "|建设|施工|管理|实施|受益|主办|协办|供货|挂钩|联系)$"
)
# What may follow 元 without a mark between: the next words of the line. It begins the names of places (元善镇) too.
_FOLLOWS = re.compile(
    rf"$|填|制|编|报|审|日期|时间|截|计|表示|为单位|负责|联系|经办|第|[0-9]{{4}}(?:年|$)|单位|unit|{CURRENCY}"
)
_PROSE = "以上|以下|以内|左右|户|村|店|多|余|级|的"
# Other units of a list stand before without a mark where only a blank did: 单位：户 万元.
_PIECE = re.compile(
    rf"(?:金额|收入|支出|资金|数额|{CURRENCY}|货币|按|以|为|人次|户次|[户口人个次亩项笔])*(?P<unit>{_UNIT})(?P<rest>.*)"
)
_BRACKETED = re.compile(r"[(\[{<《【〔〈「](?P<inside>[^()\[\]{}<>《》【】〔〕〈〉「」]{1,20})[)\]}>》】〕〉」](?P<after>.?.?)")
_SENTENCES = (
    re.compile(rf"(?P<unit>{_UNIT})为(?:计量|金额|货币)?单位"),
    re.compile(rf"(?:以|按|用)(?:{CURRENCY})?(?P<unit>{NAMES})(?=$|为|计|填|列|报|表|统计|[^0-9{_LETTER}])"),
    re.compile(
        "(?:金额|收入|支出|数据|款项|资金|数额|数字|数值|费用|各项|口径)(?:均|都|全部|一律|统一)*(?:为|是|系)?"
        rf"[^0-9{_LETTER}(\[{{<]?(?:{CURRENCY})?(?P<unit>{NAMES})(?=$|填|制|[^0-9{_LETTER}])"
    ),
)
_TITLE = re.compile("[表册账帐]$|台账|明细|清单|名单")
_VAGUE = re.compile(
    rf"(?<![0-9一二两三四五六七八九十百千几数多上近余.点])(?P<unit>[十百千万亿kw]+元)(?!{_PROSE}|[^0-9{_LETTER}]{{0,2}}[0-9])"
)
# A longer text is prose; a longer piece of a list that is no unit is the name of an office.
_LONGEST_NOTE, _LONGEST_OTHER_UNIT = 200, 6

Kind = Literal["said", "doubtful", "vague"]


@dataclass(frozen=True)
class Note:
    """One note of a unit.

    Attributes:
        unit: what it names.
        about: what stands before the unit in its clause, such as the header of the column that it is about.
        kind: ``said``; ``doubtful`` where a unit is named but not clearly; ``vague`` where a word for one occurs.
    """

    unit: Unit
    about: str = ""
    kind: Kind = "said"


def decoration(text: str) -> Unit | None:
    """Return the unit where a text is nothing but one, as beside a header's name: （万元）, [万元], /万元, 单位：万元."""
    if not text or len(text) > _LONGEST_NOTE:
        return None
    left = _AROUND.sub("", _plain(text))
    return unit_named(left) or SHORT.get(left)


def is_unit_alone(cell: object) -> bool:
    """Return whether a cell is a unit without a number, as in a row of units between header and data."""
    return isinstance(cell, str) and not re.search("[0-9]", fold_tight(cell)) and decoration(cell) is not None


def group_unit(cell: object) -> Unit | None:
    """Return the unit that the header of a group of columns gives in brackets: 收入（万元）."""
    if not isinstance(cell, str) or len(cell) > _LONGEST_NOTE or "单位" in alike(cell):
        return None
    notes = [note for note in _of_brackets(_plain(cell)) if note.kind == "said"]
    return notes[0].unit if len(notes) == 1 and notes[0].about and not _TITLE.search(notes[0].about) else None


def notes_in(text: str) -> list[Note]:
    """Return the notes of a text."""
    if len(text) > _LONGEST_NOTE or not _WORDS.search(text):
        return []
    plain = _plain(text)
    found = [*_alone(text, plain), *_of_lists(plain), *_of_brackets(plain), *_of_sentences(plain)]
    return found or [
        Note(unit, _clause(plain[: match.start()]), "vague")
        for match in _VAGUE.finditer(plain)
        if (unit := unit_named(match["unit"]))
    ]


def _plain(text: str) -> str:
    tight = _THOUSANDS.sub("", alike(fold_tight(text))).replace("tenthousand", "万").replace("thousand", "千")
    return _CURRENCY_FIRST.sub(lambda found: f"{found[1].replace(chr(39), '1')[-5:]}元", tight)


def is_currency(text: str) -> bool:
    """Return whether a text names the currency alone, which is no scale: 人民币 stands beside 万元."""
    return bool(re.fullmatch(rf"\W*(?:{CURRENCY})\W*", _plain(text)))


def _alone(text: str, plain: str) -> Iterator[Note]:
    if (unit := decoration(text)) and not is_currency(text):
        # 10000元 may be an amount
        yield Note(unit, "", "doubtful" if re.match(r"\W*[0-9]", plain) else "said")


def _of_lists(plain: str) -> Iterator[Note]:
    """Give the units of money in lists that begin with 单位."""
    for opening in _OPENING.finditer(plain):
        before = plain[: opening.start()]
        yield from _of_list(opening["list"], _clause(before), is_office=bool(_OFFICE.search(before)))


def _of_list(units: str, about: str, *, is_office: bool) -> Iterator[Note]:
    for piece in _BETWEEN.split(units):
        found = _PIECE.fullmatch(piece)
        unit = unit_named(found["unit"]) if found else None
        if found and unit and _is_end(unit, found["rest"], is_office=is_office):
            if not is_currency(found["unit"]):
                yield Note(unit, about)
        elif is_office or (not found and len(piece) > _LONGEST_OTHER_UNIT):
            return
        elif piece in SHORT:
            yield Note(SHORT[piece], about, "doubtful")
        elif (vague := _VAGUE.search(piece)) and (named := unit_named(vague["unit"])):
            yield Note(named, about, "doubtful")


def _is_end(unit: Unit, rest: str, *, is_office: bool) -> bool:
    """Return whether a unit ends before ``rest``, and is not the beginning of a name or of a phrase."""
    return bool(_FOLLOWS.match(rest)) or not (unit.is_yuan or is_office or re.match(_PROSE, rest))


def _of_brackets(plain: str) -> Iterator[Note]:
    for bracket in _BRACKETED.finditer(plain):
        pieces = [piece for piece in _BETWEEN.split(bracket["inside"]) if piece and not is_currency(piece)]
        units = [unit for piece in pieces if (unit := decoration(piece))]
        # 投资额(万元):300 is an amount, (万元,含奖补资金) is prose
        is_note = all(decoration(piece) or len(piece) <= 2 for piece in pieces) and not re.match(r"\W?[0-9]", bracket["after"])
        for unit in units if is_note else ():
            # (10000元) may be an amount
            kind: Kind = "vague" if re.search("[0-9]", bracket["inside"]) else "said"
            yield Note(unit, _clause(plain[: bracket.start()]), kind)


def _of_sentences(plain: str) -> Iterator[Note]:
    for sentence in _SENTENCES:
        for found in sentence.finditer(plain):
            if unit := unit_named(found["unit"]):
                yield Note(unit, _clause(plain[: found.start("unit")]))


def _clause(before: str) -> str:
    """Return the last clause of what stands before a note."""
    return re.split("[,;。:!?]", before.rstrip(":、,;( "))[-1]
