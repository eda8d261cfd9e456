"""A new key is a new series of tokens, every edition is noted, and both databases go together."""

from __future__ import annotations

import datetime as dt
import json
import stat
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.foundation.access import too_open
from orchestration.foundation.paths import Installation
from orchestration.publications import Publication, PublishingError, analyst_edition, current, is_current_whole, refresh_current
from orchestration.publications.audit import last_noted, last_series
from orchestration.publications.current import rotate_key
from orchestration.publications.storage import sha256
from orchestration.upkeep.diagnosis import Level
from orchestration.upkeep.judgements import check_modes
from tests.unit.publishing_samples import household

Publish = Callable[..., Publication]
TODAY = dt.date(2023, 8, 21)


def tokens(installation: Installation) -> set[str]:
    with duckdb.connect(str(installation.analysts), read_only=True) as connection:
        return {token for (token,) in connection.execute("SELECT household_id FROM marts.warning_list").fetchall()}


def test_a_new_key_is_a_new_series_that_says_so(installation: Installation, publish: Publish) -> None:
    publish()
    refresh_current(installation)
    first = tokens(installation)
    assert is_current_whole(installation) and all(token.startswith("H1-") for token in first)
    refresh_current(installation)
    assert tokens(installation) == first  # the same as long as the key is
    before = installation.token_key.read_text(encoding="utf-8")
    assert rotate_key(installation).series == 2
    assert tokens(installation).isdisjoint(first) and all(token.startswith("H2-") for token in tokens(installation))
    assert is_current_whole(installation) and installation.token_key.read_text(encoding="utf-8") != before
    with duckdb.connect(str(installation.analysts), read_only=True) as connection:
        assert connection.execute("SELECT token_series FROM marts.edition").fetchall() == [(2,)]
    # a key that is lost: never the number of an old series again
    installation.token_key.unlink()
    assert not is_current_whole(installation)
    refresh_current(installation)
    assert last_series(installation) == 3 and all(token.startswith("H3-") for token in tokens(installation))


def test_a_key_that_others_can_read_stops_before_anything_is_replaced(installation: Installation, publish: Publish) -> None:
    publish()
    refresh_current(installation)
    before = installation.current.stat().st_ino
    installation.token_key.chmod(0o644)
    with pytest.raises(PublishingError, match="rotate-key"):
        refresh_current(installation)
    assert installation.current.stat().st_ino == before
    assert rotate_key(installation).series == 2


def test_a_kill_leaves_analysts_the_old_edition_and_is_found(
    installation: Installation, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish()
    refresh_current(installation)
    before = installation.analysts.read_bytes()
    publish({"warning_list": [household(1), household(2)]})

    def fail(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(analyst_edition, "add_tables_beside", fail)
        with pytest.raises(RuntimeError, match="killed"):
            current.refresh_current(installation)
    assert installation.analysts.read_bytes() == before and not is_current_whole(installation)
    refresh_current(installation)
    assert is_current_whole(installation)


def test_the_edition_lies_in_a_folder_of_its_own_where_one_is_named(
    installation: Installation, publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FANGFANPIN_ANALYSTS", str(tmp_path / "analysts"))
    monkeypatch.setenv("FANGFANPIN_KEY_FILE", str(tmp_path / "secret" / "key"))
    publish()
    refresh_current(installation)
    assert (tmp_path / "analysts" / "analyst.duckdb").exists() and not (installation.marts / "analyst.duckdb").exists()
    assert stat.S_IMODE((tmp_path / "secret" / "key").stat().st_mode) == 0o600


def test_every_edition_is_noted_with_its_content_and_nothing_secret(installation: Installation, publish: Publish) -> None:
    publication = publish()
    refresh_current(installation)
    noted = {entry["what"]: entry for entry in map(json.loads, installation.audit_log.read_text("utf-8").splitlines())}
    assert set(noted) == {f"{publication.month}/v01", "current.duckdb", "analyst.duckdb", "分析库数据字典.html"}
    assert noted["analyst.duckdb"]["sha256"] == sha256(installation.analysts) == last_noted(installation, "analyst.duckdb")
    assert all(entry["who"] and entry["purpose"] and entry["at"] for entry in noted.values())
    secret = json.loads(installation.token_key.read_text(encoding="utf-8"))["key"]
    kept = [path for path in installation.marts.rglob("*") if path.is_file() and path != installation.token_key]
    assert not [path for path in kept if secret.encode() in path.read_bytes()]


def test_what_is_too_open_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "list.parquet").write_bytes(b"")
    (tmp_path / "key").write_bytes(b"")
    for path, mode in ((tmp_path, 0o750), (tmp_path / "list.parquet", 0o440), (tmp_path / "key", 0o600)):
        path.chmod(mode)
    secrets = frozenset({tmp_path / "key"})
    assert list(too_open(tmp_path, secrets)) == []
    (tmp_path / "list.parquet").chmod(0o444)
    found = list(too_open(tmp_path, secrets))
    told = check_modes(found, secrets, [tmp_path])
    assert (
        told.level is Level.WARN and "list.parquet（0444）" in told.message and f"chmod -R g-w,o-rwx {tmp_path}" in told.remedy
    )
    (tmp_path / "key").chmod(0o640)
    told = check_modes(list(too_open(tmp_path, secrets)), secrets, [tmp_path])
    assert told.level is Level.FAIL and f"chmod 600 {tmp_path / 'key'}" in told.remedy
