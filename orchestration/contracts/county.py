"""The county that runs an installation: its towns, its departments, its place names."""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path

from pydantic import model_validator

from orchestration.contracts.names import fold_name
from orchestration.contracts.yaml_file import Model, parse, read_yaml
from orchestration.foundation.months import Month
from orchestration.foundation.paths import CONFIG


class Town(Model):
    """A town or street office of the county."""

    code: str
    name: str


class Department(Model):
    """A department that sends extracts.

    Attributes:
        code: prefix of its extracts; its folder in a delivery bears the code or a Chinese name (``County.folder_names``).
        aliases: other Chinese names, without 县.
    """

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    is_register_keeper: bool = False


class County(Model):
    """The county; ``province``, ``city`` and ``county`` are the beginnings by which work places are compared."""

    code: str
    name: str
    province: str
    city: str
    county: str
    whole_county_label: str
    first_delivery: Month
    time_zone: str
    run_hour: int
    reminder_hour: int
    towns: tuple[Town, ...]
    departments: tuple[Department, ...]

    @model_validator(mode="after")
    def _has_one_register_keeper(self) -> County:
        keepers = [department.code for department in self.departments if department.is_register_keeper]
        if len(keepers) != 1:
            raise ValueError(f"is_register_keeper: one department keeps the register, not {len(keepers)}")
        return self

    @property
    def bureau(self) -> Department:
        """The department that keeps the register: it makes the lists; its rows are the roster that others are matched to."""
        return next(department for department in self.departments if department.is_register_keeper)

    def department(self, code: str) -> Department:
        """Return the department with this code."""
        return next(department for department in self.departments if department.code == code)

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

    @model_validator(mode="after")
    def _check(self) -> County:
        owners: dict[str, str] = {}
        for department in self.departments:
            for name in self.folder_names(department):
                if owners.setdefault(fold_name(name), department.code) != department.code:
                    raise ValueError(f"the folder {name} would be that of {owners[fold_name(name)]} and of {department.code}")
        return self


@cache
def load_county(path: Path = CONFIG / "county.yml") -> County:
    """Return the county; raise ``ConfigError`` where the file is wrong."""
    return parse(County, read_yaml(path), path)
