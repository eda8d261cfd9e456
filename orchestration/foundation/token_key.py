"""The secret key by which persons and households are called in the analysts' edition, and the tokens themselves.

What belongs here: the key's file and how a token is made of a number. What does not: which columns are tokens (``fields.yml``).

The key is in no database, message, log or repository: in a file of its own, read by its owner alone. A token is HMAC-SHA256
of kind and number, 80 bits of it: without the key nobody can try numbers out, however few there are (district × birthday ×
sequence). It begins with the series of the key, so that tokens of two keys are never taken for each other.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from orchestration.foundation.access import SECRET_MODE
from orchestration.foundation.atomic_files import read_json, write_new, write_whole

Kind = Literal["person", "household"]
_LETTER: dict[Kind, str] = {"person": "P", "household": "H"}
_KEY_BYTES, _TOKEN_BYTES = 32, 10


class TokenKeyError(Exception):
    """The key cannot be used. The message is Chinese: what, where, what to do."""


@dataclass(frozen=True)
class TokenKey:
    """A key.

    Attributes:
        series: 1 for the first key of an installation, one more with each that took its place.
        made_on: the day on which it was made.
        secret: the key itself; it shows in no representation.
    """

    series: int
    made_on: dt.date
    secret: bytes = field(repr=False)

    def token(self, kind: Kind, number: str) -> str:
        """Return what a person or household is called instead of its number: the same as long as the key is."""
        digest = hmac.digest(self.secret, f"{kind}:{number}".encode(), "sha256")[:_TOKEN_BYTES]
        return f"{_LETTER[kind]}{self.series}-{base64.b32encode(digest).decode().lower()}"


def load_key(path: Path, next_series: int, today: dt.date) -> TokenKey:
    """Return the key of a file, which is made with a new key where there is none.

    Args:
        path: the file.
        next_series: series of the key if it is made now.
        today: day of the key if it is made now.

    Raises:
        TokenKeyError: others than the owner may read it, it cannot be read or written, or holds no key.
    """
    if not path.exists():
        _write(path, next_series, today, anew=False)
    try:
        mode = path.stat().st_mode & 0o777
        content = read_json(path)
    except OSError as error:
        raise TokenKeyError(f"代号密钥文件 {path} 读不出来（{error.strerror}）；请检查文件和读取权限") from None
    if mode & ~SECRET_MODE:
        raise TokenKeyError(
            f"代号密钥文件 {path} 的权限是 {mode:04o}，别人也能读，分析库里的代号就可能被猜出是谁；请运行 chmod 600 {path}。"
            "如果已经有人看过，再运行 fangfanpin rotate-key 换一把"
        )
    if key := _as_key(content):
        return key
    raise TokenKeyError(
        f"代号密钥文件 {path} 已损坏，算不出分析库里的代号；请从备份恢复。"
        "没有备份的，请移走它再运行：会另起一套代号，与以前的对不上"
    )


def _as_key(content: object) -> TokenKey | None:
    """Return the key that a file holds; None where it holds none."""
    if not isinstance(content, dict):
        return None
    try:
        key = TokenKey(int(content["series"]), dt.date.fromisoformat(content["made_on"]), bytes.fromhex(content["key"]))
    except (KeyError, TypeError, ValueError):
        return None
    return key if key.series > 0 and len(key.secret) == _KEY_BYTES else None


def replace_key(path: Path, series: int, today: dt.date) -> TokenKey:
    """Put a new key in the place of the one that is there, which is gone then; return it."""
    _write(path, series, today, anew=True)
    return load_key(path, series, today)


def _write(path: Path, series: int, today: dt.date, *, anew: bool) -> None:
    content = {"series": series, "made_on": today.isoformat(), "key": secrets.token_hex(_KEY_BYTES)}

    def write(unfinished: Path) -> None:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET_MODE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file)

    try:
        (write_whole if anew else write_new)(path, write)
    except FileExistsError:
        pass  # another process was faster: its key counts
    except OSError as error:
        raise TokenKeyError(f"不能写入代号密钥文件 {path}（{error.strerror}）；请检查文件夹的权限") from None
