"""The county that runs an installation: its towns, its departments, its place names."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from orchestration.contracts.yaml_file import Model, parse, read_yaml
from orchestration.paths import CONFIG


class Town(Model):
    """A town or street office of the county."""

    code: str
    name: str


class Department(Model):
    """A department that sends extracts; ``code`` is the prefix of its extracts and the folder of its deliveries."""

    code: str
    name: str
    is_register_keeper: bool = False


class County(Model):
    """The county; ``province``, ``city`` and ``county`` are the beginnings by which work places are compared."""

    code: str
    name: str
    province: str
    city: str
    county: str
    whole_county_label: str
    first_delivery: str
    time_zone: str
    run_hour: int
    reminder_hour: int
    towns: tuple[Town, ...]
    departments: tuple[Department, ...]

    def department(self, code: str) -> Department:
        """Return the department with this code."""
        return next(department for department in self.departments if department.code == code)


@cache
def load_county(path: Path = CONFIG / "county.yml") -> County:
    """Return the county; raise ``ConfigError`` where the file is wrong."""
    return parse(County, read_yaml(path), path)
