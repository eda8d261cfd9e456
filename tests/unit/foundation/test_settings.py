"""The environment is read in one place, whenever it is asked for, and tells no secret."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.paths import REPOSITORY, Installation
from orchestration.foundation.settings import PREFIX, Settings, settings
from orchestration.notices.outbox import Channels

PRIVATE = "not-for-anybody"
SECRETS = {
    "DAGSTER_POSTGRES_URL": f"postgresql://user:{PRIVATE}@db/x",
    "SMTP_PASSWORD": PRIVATE,
    "MAIL_TO": f"water={PRIVATE}@example.invalid",
    "WEBHOOK": f"https://example.invalid/{PRIVATE}",
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)


def test_it_is_read_again_whenever_it_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(f"{PREFIX}RAW", str(tmp_path / "one"))
    assert Installation.from_environment().raw == tmp_path / "one"
    monkeypatch.setenv(f"{PREFIX}RAW", str(tmp_path / "two"))
    assert Installation.from_environment().raw == tmp_path / "two"


def test_what_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    before = settings()
    for name in Settings.model_fields:
        monkeypatch.setenv(f"{PREFIX}{name.upper()}", "")
    assert settings() == before
    assert Installation.from_environment().raw == REPOSITORY / "data" / "raw"


def test_no_secret_is_in_any_text(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(f"{PREFIX}{name}", value)
    said = settings()
    shown = f"{said!r} {said} {said.model_dump()} {said.model_dump_json()} {Channels.from_environment()!r}"
    assert PRIVATE not in shown
    assert Channels.from_environment().addresses == {"water": f"{PRIVATE}@example.invalid"}


@pytest.mark.parametrize("port", ["0", "65536", PRIVATE, "25 "])
def test_an_impossible_value_is_refused_by_the_name_of_its_variable_alone(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv(f"{PREFIX}SMTP_PORT", port)
    if port.strip() == "25":
        assert settings().smtp_port == 25
        return
    with pytest.raises(ConfigError, match=f"{PREFIX}SMTP_PORT") as refused:
        settings()
    assert port not in str(refused.value)


def test_the_cache_is_the_users_own_unless_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "of-user"))
    assert settings().cache_folder == tmp_path / "of-user" / "fangfanpin"
    monkeypatch.setenv(f"{PREFIX}CACHE", str(tmp_path / "named"))
    assert settings().cache_folder == tmp_path / "named"


def test_no_other_module_reads_our_variables() -> None:
    reading = re.compile(rf"(environ(\.get\(|\[)|getenv\()\s*f?[\"']{PREFIX}")
    found = [
        path.relative_to(REPOSITORY).as_posix()
        for package in ("orchestration", "expectations")
        for path in (REPOSITORY / package).rglob("*.py")
        if reading.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
