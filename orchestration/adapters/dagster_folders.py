"""Dagster in a folder of any name: its own code takes some signs of a name for more than they are.

It puts the address of a database together as text, in which SQLAlchemy decodes ``%20`` and ends the path at ``?``. It looks its
configuration up as a pattern, so that it finds none below ``[1]`` and goes on without. It has Alembic read a settings file, and
Alembic takes ``%`` in that file's own path for a reference, where Python's packages lie below the checkout. Importing this
module mends all three for the process. ``python -m orchestration.adapters.dagster_folders dagster._daemon run …`` is that
program of Dagster so mended; the processes that it starts are handed what it has read.
"""

import glob
import runpy
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from alembic.config import Config
from dagster._core.instance import config
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage
from dagster._core.storage.sql import ALEMBIC_SCRIPTS_LOCATION
from dagster_shared.yaml_utils import load_yaml_from_globs
from sqlalchemy.engine import URL


def database_address(base_dir: str, name: str) -> str:
    """Return the address of a database of Dagster's for SQLAlchemy."""
    return URL.create("sqlite", database=str(Path(base_dir).absolute() / f"{name}.db")).render_as_string(hide_password=False)


def _read_configuration(path: str) -> Mapping[object, object]:
    return load_yaml_from_globs(glob.escape(path))


@cache
def _alembic_configuration(_module: str) -> Config:
    """Return what Dagster uses of the settings file beside one of its modules."""
    configuration = Config()
    configuration.set_main_option("script_location", ALEMBIC_SCRIPTS_LOCATION)
    return configuration


setattr(config, "load_yaml_from_globs", _read_configuration)  # noqa: B010  its type is that of the other
for _module in (sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage):
    setattr(_module, "create_db_conn_string", database_address)  # noqa: B010
    setattr(_module, "get_alembic_config", _alembic_configuration)  # noqa: B010


if __name__ == "__main__":
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
