"""Who gets a workbook: every town, every department, and the bureau."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.contracts import County
from orchestration.contracts.county import Department
from orchestration.foundation.handed_out import BOOK, COUNTY_BOOK


@dataclass(frozen=True)
class Recipient:
    """A town or a department.

    Attributes:
        code: as items of work name it: the name of a town, the code of a department.
        name: in Chinese.
        department: None for a town.
        is_county: whether it is nobody who answers but the county, which keeps a book of its own.
    """

    code: str
    name: str
    department: Department | None = None
    is_county: bool = False

    @property
    def is_town(self) -> bool:
        """Whether it is a town, which sees its own households only."""
        return self.department is None and not self.is_county

    @property
    def is_bureau(self) -> bool:
        """Whether it keeps the register and hands the work out."""
        return self.department is not None and self.department.is_register_keeper


def book_name(recipient: Recipient) -> str:
    """Return the name of a recipient's workbook: 办理工作簿_丰城街道.xlsx, 总簿_全县.xlsx."""
    return f"{COUNTY_BOOK if recipient.is_county else BOOK}_{recipient.name}.xlsx"


def recipients(county: County) -> list[Recipient]:
    """Return the towns, then the departments, in the order of ``county.yml``."""
    towns = [Recipient(town.name, town.name) for town in county.towns]
    return towns + [Recipient(one.code, one.name, one) for one in county.departments]
