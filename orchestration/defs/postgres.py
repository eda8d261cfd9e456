"""The PostgreSQL database of Dagster's history, where the environment names one. Its address is never written anywhere."""

from __future__ import annotations

import os

from orchestration.foundation.settings import POSTGRES_VARIABLE, settings

_PLAIN = "postgresql://"
# SQLAlchemy 2.1 takes another driver by itself than the one that Dagster's storage is made for
_WITH_DRIVER = "postgresql+psycopg2://"


def postgres_address() -> str | None:
    """Return the address as PostgreSQL's own programs read it, or None when the history is kept in files."""
    address = settings().dagster_postgres_url
    return address.get_secret_value().replace(_WITH_DRIVER, _PLAIN, 1) if address else None


def name_driver() -> None:
    """Name Dagster's driver in the address, for this process and those it starts."""
    if address := postgres_address():
        os.environ[POSTGRES_VARIABLE] = address.replace(_PLAIN, _WITH_DRIVER, 1)
