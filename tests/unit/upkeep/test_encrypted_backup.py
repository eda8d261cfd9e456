"""A backup that only the holder of a private key can read, with keys made for the test."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.foundation.paths import Installation
from orchestration.upkeep.backup import BackupError, back_up, restore

pytestmark = pytest.mark.skipif(not shutil.which("gpg"), reason="gpg is not installed here (Debian: apt-get install gnupg)")

CANARY = "何秀兰"


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The fingerprint of a key in a folder of keys that is thrown away."""
    home = tmp_path / "keys"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    made = [
        "gpg",
        "--batch",
        "--quiet",
        "--passphrase",
        "",
        "--quick-generate-key",
        "backup@example.invalid",
        "rsa2048",
        "encr",
    ]
    subprocess.run(made, check=True, capture_output=True)
    listed = subprocess.run(
        ["gpg", "--batch", "--with-colons", "--list-keys"], check=True, capture_output=True, text=True
    ).stdout
    yield next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr"))
    subprocess.run(["gpgconf", "--kill", "gpg-agent"], check=False, capture_output=True)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    made = Installation.at(tmp_path / "raw", tmp_path / "marts", tmp_path / "state")
    for folder in (made.raw, made.marts, made.state):
        folder.mkdir()
    (made.state / "outbox.txt").write_text(CANARY * 1000, encoding="utf-8")
    return made


def test_it_comes_back_with_the_private_key_and_nothing_of_it_lies_there_plain(
    installation: Installation, key: str, tmp_path: Path
) -> None:
    made = back_up(installation, tmp_path / "backups", key)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [made.folder.name]
    assert made.folder.name.endswith(".tar.gpg") and made.folder.stat().st_mode & 0o077 == 0
    assert CANARY.encode() not in made.folder.read_bytes() and b"backup.json" not in made.folder.read_bytes()
    assert not list(installation.state.glob(".backup-*"))

    # as docs/deployment.md says
    plain = tmp_path / "plain"
    plain.mkdir(mode=0o700)
    said = f"gpg --batch --quiet --decrypt '{made.folder}' | tar -x -C '{plain}'"
    subprocess.run(["bash", "-o", "pipefail", "-c", said], check=True, capture_output=True)
    new = Installation.at(tmp_path / "new_raw", tmp_path / "new_marts", tmp_path / "new_state")
    restore(plain / made.folder.name.removesuffix(".tar.gpg"), new)
    assert (new.state / "outbox.txt").read_text(encoding="utf-8") == CANARY * 1000


@pytest.mark.parametrize(("recipient", "said"), [("A" * 40, "没有指纹"), ("backup@example.invalid", "指纹"), ("", "指纹")])
def test_whom_it_is_for_is_said_by_the_fingerprint_of_a_key_that_is_here(
    installation: Installation, key: str, tmp_path: Path, recipient: str, said: str
) -> None:
    """A name may be that of another key, and would be looked up elsewhere."""
    assert key
    with pytest.raises(BackupError, match=said):
        back_up(installation, tmp_path / "backups", recipient)
    assert not (tmp_path / "backups").exists() and not list(installation.state.glob(".backup-*"))
