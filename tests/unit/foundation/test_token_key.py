"""The key of the tokens: made once, read by its owner alone, never replaced in silence; what a token tells."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import os
import stat
from pathlib import Path

import pytest

from orchestration.foundation.token_key import TokenKey, TokenKeyError, load_key, replace_key

TODAY = dt.date(2023, 8, 21)


def test_a_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "token.key"
    key = load_key(path, 1, TODAY)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path, 9, TODAY) == key and key.series == 1
    assert key.secret.hex() not in repr(key) and str(key.secret) not in repr(key)
    assert key.token("person", "1") != key.token("household", "1")
    assert key.token("person", "1") == load_key(path, 1, TODAY).token("person", "1")
    path.chmod(0o640)
    with pytest.raises(TokenKeyError, match="chmod 600"):
        load_key(path, 1, TODAY)


def test_a_damaged_key_is_told_and_not_replaced_in_silence(tmp_path: Path) -> None:
    path = tmp_path / "token.key"
    load_key(path, 1, TODAY)
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(TokenKeyError, match="已损坏"):
        load_key(path, 1, TODAY)
    assert replace_key(path, 2, TODAY).series == 2


def test_a_token_is_the_keyed_digest_of_kind_and_number_and_says_its_series() -> None:
    key = TokenKey(3, TODAY, b"k" * 32)
    digest = hmac.new(b"k" * 32, b"person:42", hashlib.sha256).digest()[:10]
    assert key.token("person", "42") == "P3-" + base64.b32encode(digest).decode().lower()
    assert key.token("household", "42").startswith("H3-") and len(key.token("household", "42")) == 19


@pytest.mark.parametrize(
    "change",
    [
        {"series": 0}, {"series": -1}, {"series": "x"}, {"made_on": "someday"}, {"key": "zz"}, {"key": "00" * 31},
        {"key": "00" * 33}, {"key": None}, {"series": None},
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "token.key"
    load_key(path, 1, TODAY)
    content = json.loads(path.read_text(encoding="utf-8"))
    assert load_key(path, 5, TODAY) == TokenKey(1, TODAY, bytes.fromhex(content["key"]))
    path.write_text(json.dumps({**content, **change}), encoding="utf-8")
    with pytest.raises(TokenKeyError, match="已损坏"):
        load_key(path, 1, TODAY)
    path.write_text(json.dumps({name: value for name, value in content.items() if name not in change}), encoding="utf-8")
    with pytest.raises(TokenKeyError, match="已损坏"):
        load_key(path, 1, TODAY)


@pytest.mark.parametrize("mode", [0o610, 0o604, 0o620, 0o602, 0o601, 0o700])
def test_a_key_that_is_more_open_than_it_may_be_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "token.key"
    load_key(path, 1, TODAY)
    path.chmod(mode)
    with pytest.raises(TokenKeyError, match=f"{mode:04o}"):
        load_key(path, 1, TODAY)


def test_a_new_key_takes_the_place_of_the_old_one_and_is_as_closed(tmp_path: Path) -> None:
    path = tmp_path / "token.key"
    first, second = load_key(path, 1, TODAY), replace_key(path, 2, dt.date(2023, 9, 1))
    assert (second.series, second.made_on) == (2, dt.date(2023, 9, 1)) and second.secret != first.secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and load_key(path, 7, TODAY) == second
    assert [one.name for one in tmp_path.iterdir()] == ["token.key"]


def test_a_key_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(TokenKeyError, match=r"不能写入.*Permission denied"):
        load_key(tmp_path / "token.key", 1, TODAY)
