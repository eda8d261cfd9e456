"""Who reads an edition of the site, and what of a publication it may say.

What belongs here: the editions and the sentences that say who may see them. What does not: what stands on a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["bureau", "town", "meeting", "anyone", "analysts"]

FOLDER_OF_TOWNS, FOLDER_OF_MEETING = "镇街", "会议版"

_MAY_SEE = {
    "bureau": "内部版：含个人信息，仅限乡村振兴局工作使用",
    "town": "镇街版：含个人信息，仅限{town}工作使用",
    "meeting": "会议版：不含个人信息，可用于部门会议",
    "anyone": "不含个人信息，各版通用",
    "analysts": "分析版：不含姓名、证件、电话和代号，仅限分析员工作使用",
}


@dataclass(frozen=True)
class Reader:
    """Whom an edition is for.

    Attributes:
        kind: the bureau sees everything, a town its own households, a meeting no person; anyone may see what says nothing
            of the month (the handbook); analysts see what their own database has.
        town: name of the town whose edition it is; blank of the others.
    """

    kind: Kind
    town: str = ""

    @property
    def may_see(self) -> str:
        """The sentence that says who may see a page."""
        return _MAY_SEE[self.kind].format(town=self.town)

    @property
    def sees_persons(self) -> bool:
        """Whether pages may name a household or person."""
        return self.kind in ("bureau", "town")


BUREAU, MEETING, ANYONE, ANALYSTS = Reader("bureau"), Reader("meeting"), Reader("anyone"), Reader("analysts")
