"""The county that runs an installation: its towns, its departments, its place names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from orchestration.contracts.names import fold_name
from orchestration.contracts.yaml_file import Changes, Model, own_place, parse, read_own, read_yaml, shown
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.months import Month
from orchestration.foundation.overlay import kept_by_overlay
from orchestration.foundation.paths import CONFIG

FILE = "county.yml"
# What makes another county: whoever changes its code gives the rest as well, or the one would stand under the other's name.
OF_ANOTHER = ("name", "province", "city", "county", "towns")
# It becomes part of names of files on Linux and Windows.
PLACE_NAME = r"""^[^\s/\\:*?"'<>|.,]+$"""

PlaceName = Annotated[str, Field(pattern=PLACE_NAME)]
Hour = Annotated[int, Field(ge=0, le=23)]


class Town(Model):
    """A town or street office of the county.

    Attributes:
        aliases: other names under which deliveries bring it; they are read as ``name``.
    """

    code: str = Field(pattern=r"^[0-9]{9}$")
    name: PlaceName
    aliases: tuple[str, ...] = ()


class Department(Model):
    """A department that sends extracts.

    Attributes:
        code: prefix of its extracts; its folder in a delivery bears the code or a Chinese name (``County.folder_names``).
        aliases: other Chinese names, without the word for the county.
    """

    code: str
    name: PlaceName
    is_register_keeper: bool = False
    aliases: tuple[PlaceName, ...] = ()


class County(Model):
    """The county; ``province``, ``city`` and ``county`` are the beginnings by which work places are compared."""

    code: str = Field(pattern=r"^[0-9]{6}$", description="县（市、区）代码，6 位，加引号")
    name: PlaceName = Field(description="全称")
    province: PlaceName = Field(description="省、市、县名称的开头几个字，不带“省、市、县”：用来判断务工地在县内、县外还是省外")
    city: PlaceName
    county: PlaceName
    whole_county_label: PlaceName = Field(description="合计行、全县工作簿的叫法；区可写“全区”，市可写“全市”")
    first_delivery: Month = Field(description="第一个报送月份；这以前的月份不能运行")
    time_zone: str = Field(description="时区，定时运行、提醒都按它")
    run_hour: Hour = Field(description="每月例行运行从几点开始（0—23）")
    reminder_hour: Hour = Field(description="提醒从几点开始写（0—23）")
    return_place: str = Field(
        default="", description="办理工作簿填好后交到哪里：办公室、内网共享文件夹或信箱；空着时写本局全称"
    )
    return_contact: str = Field(default="", description="办理工作簿的联系人（科室或姓名）")
    return_phone: str = Field(default="", description="联系人的办公电话，加引号")
    towns: tuple[Town, ...] = Field(
        min_length=1,
        description="乡镇、街道，按习惯次序；代码 9 位，加引号。aliases 是报送里会出现的别的写法，读入时都当作 name",
    )
    departments: tuple[Department, ...] = Field(
        description="部门的叫法；code 不能改。aliases 是别的叫法，报送文件夹用哪个都能读到"
    )

    @property
    def bureau(self) -> Department:
        """The department that keeps the register: it makes the lists; its rows are the roster that others are matched to."""
        return next(department for department in self.departments if department.is_register_keeper)

    def department(self, code: str) -> Department:
        """Return the department with this code, as contracts name it; ``StopIteration`` for a code that is none."""
        return next(department for department in self.departments if department.code == code)

    def title(self, department: Department) -> str:
        """Return a department as rules name it: without the word for the county in front (``民政局``)."""
        return department.name.removeprefix(self.name[-1])

    @property
    def bureau_in_full(self) -> str:
        """Who makes the lists, in full: the county and its bureau."""
        return f"{self.name}{self.title(self.bureau)}"

    def folder_names(self, department: Department) -> tuple[str, ...]:
        """Return the names that a department's folder may bear: its code, then 民政局, 县民政局, 新丰县民政局."""
        unit = self.name[-1]
        bare = [name.removeprefix(unit) for name in (department.name, *department.aliases)]
        return (department.code, *(f"{prefix}{name}" for name in bare for prefix in ("", unit, self.name)))

    def department_of_folder(self, name: str) -> Department | None:
        """Return the department whose folder bears a name, however that is written; None where it is nobody's."""
        return self._departments_by_folder.get(fold_name(name))

    @cached_property
    def _departments_by_folder(self) -> dict[str, Department]:
        return {fold_name(name): one for one in self.departments for name in self.folder_names(one)}

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("没有这个时区；中国写 Asia/Shanghai")
        return name

    @model_validator(mode="after")
    def _check(self) -> County:
        names = [spelling for town in self.towns for spelling in (town.name, *town.aliases)]
        problems = [
            *(f"{town.code} 不是本县（{self.code}）的乡镇代码" for town in self.towns if not town.code.startswith(self.code)),
            *(f"乡镇代码 {code} 写了两次" for code in _twice(town.code for town in self.towns)),
            *(f"乡镇名称“{name}”写了两次" for name in _twice([*names, self.whole_county_label])),
            *(f"部门代码 {code} 写了两次" for code in _twice(one.code for one in self.departments)),
            *(f"部门名称“{name}”写了两次" for name in _twice(self.title(one) for one in self.departments)),
            *(f"报送文件夹“{name}”属于两个部门" for name in _twice(self._folders())),
        ]
        if sum(department.is_register_keeper for department in self.departments) != 1:
            problems.append("应有且只有一个部门是底册管理部门（is_register_keeper）")
        if problems:
            raise ValueError("；".join(problems))
        return self

    def _folders(self) -> Iterable[str]:
        return (name for one in self.departments for name in {fold_name(name) for name in self.folder_names(one)})


class TownChanges(Model):
    """A town as an overlay writes it; ``name`` is needed for one that ``config/`` does not have."""

    code: str = Field(pattern=r"^[0-9]{9}$")
    name: PlaceName | None = None
    aliases: tuple[str, ...] | None = None


class DepartmentChanges(Changes):
    """What an overlay may say of a department: no more than how it is called."""

    COMPILED = frozenset({"is_register_keeper"}), "已编入程序（生成的 SQL），不能改"

    code: str
    name: PlaceName | None = None
    aliases: tuple[PlaceName, ...] | None = None


class CountyChanges(Model):
    """An overlay's ``county.yml``: each key that is written takes the place of the one in ``config/``."""

    code: str | None = None
    name: str | None = None
    province: str | None = None
    city: str | None = None
    county: str | None = None
    whole_county_label: str | None = None
    first_delivery: str | None = None
    time_zone: str | None = None
    run_hour: int | None = None
    reminder_hour: int | None = None
    return_place: str | None = None
    return_contact: str | None = None
    return_phone: str | None = None
    towns: tuple[TownChanges, ...] | None = None
    departments: tuple[DepartmentChanges, ...] | None = None

    @model_validator(mode="after")
    def _check(self) -> CountyChanges:
        twice = [*_twice(one.code for one in self.towns or ()), *_twice(one.code for one in self.departments or ())]
        if twice:
            raise ValueError(f"代码写了两次：{'、'.join(twice)}")
        return self


@kept_by_overlay
def load_county(path: Path = CONFIG / FILE) -> County:
    """Return the county of ``config/county.yml``, with what an overlay says instead; ``ConfigError`` where a file is wrong."""
    content, place = read_yaml(path), own_place(FILE)
    if place is None or (own := read_own(FILE)) is None:
        return parse(County, content, path)
    return parse(County, _laid_over(content, parse(CountyChanges, own, place), place), place)


@cache
def shipped_county() -> County:
    """Return the county of ``config/``, whatever is laid over it: rules name departments by its titles."""
    return parse(County, read_yaml(CONFIG / FILE), CONFIG / FILE)


def _laid_over(content: dict[str, Any], changes: CountyChanges, place: Path) -> dict[str, Any]:
    said = changes.model_dump(exclude_none=True)
    is_another = said.get("code", content["code"]) != content["code"]
    problems = [f"换成别的县（code 不同），还要写明 {key}" for key in OF_ANOTHER if is_another and key not in said]
    known = {department["code"] for department in content["departments"]}
    departments = said.pop("departments", ())
    problems += [
        f"departments：没有部门 {one['code']}；只能改名称和文件夹别名，可用的代码：{'、'.join(sorted(known))}"
        for one in departments
        if one["code"] not in known
    ]
    towns = {town["code"]: town for town in (() if is_another else content["towns"])}
    own_towns = said.pop("towns", ())
    problems += [
        f"towns：{one['code']} 没有写 name" for one in own_towns if "name" not in {**towns.get(one["code"], {}), **one}
    ]
    if problems:
        raise ConfigError("\n".join(f"{shown(place)}: {problem}" for problem in problems))
    departments = _joined(content["departments"], departments)
    return {**content, **said, "towns": _joined(towns.values(), own_towns), "departments": departments}


def _joined(entries: Iterable[dict[str, Any]], own: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries with what is said of those of the same code, and the others behind them."""
    by_code = {entry["code"]: entry for entry in own}
    joined = []
    for entry in entries:
        said = by_code.pop(entry["code"], {})
        aliases = dict.fromkeys((*entry.get("aliases", ()), *said.get("aliases", ())))
        joined.append({**entry, **said, "aliases": tuple(aliases)})
    return joined + list(by_code.values())


def _twice(texts: Iterable[str]) -> list[str]:
    return sorted(text for text, count in Counter(texts).items() if count > 1)
