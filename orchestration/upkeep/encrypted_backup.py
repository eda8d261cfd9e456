"""A backup as one file that only the holder of a private key can read, made by GnuPG (``gpg``).

What belongs here: checking whom it is for, packing and encrypting. What does not: what a backup holds (``backup``). The private
key is not on this machine: whoever takes the disk of backups, or this machine, cannot read an old backup by it. It is read by

    mkdir -m 0700 DIR && gpg --decrypt FILE.tar.gpg | tar -x -C DIR && fangfanpin restore --from DIR/<time> --marts NEW
"""

from __future__ import annotations

import re
import subprocess
import tarfile
from pathlib import Path

from orchestration.foundation.access import SECRET_MODE
from orchestration.foundation.atomic_files import write_new

SUFFIX = ".tar.gpg"
# No question asked, no key fetched from anywhere: the fingerprint says which key is trusted.
_GPG = ("gpg", "--batch", "--no-tty", "--quiet", "--trust-model", "always", "--no-auto-key-locate", "--no-auto-check-trustdb")
_FINGERPRINT = re.compile(r"[0-9A-F]{40}")


class EncryptionError(Exception):
    """A backup cannot be encrypted. The message is Chinese: what is wrong, what to do."""


def check_recipient(fingerprint: str) -> str:
    """Return the fingerprint of a key as ``gpg`` takes it; raise ``EncryptionError`` where there is no such key here."""
    found = re.sub(r"\s", "", fingerprint).upper()
    if not _FINGERPRINT.fullmatch(found):
        raise EncryptionError(f"--encrypt-to 要写公钥的指纹（40 位，gpg --list-keys 可见），不是 {fingerprint}")
    try:
        known = subprocess.run([*_GPG, "--list-keys", found], capture_output=True, check=False).returncode == 0  # noqa: S603  ours
    except FileNotFoundError:
        raise EncryptionError("本机没有 gpg；请安装（Debian：apt-get install gnupg），或不加 --encrypt-to") from None
    if not known:
        raise EncryptionError(f"没有指纹为 {found} 的公钥；请先用运行备份的用户 gpg --import 公钥文件")
    return found


def encrypt_folder(folder: Path, file: Path, fingerprint: str) -> None:
    """Pack a folder and write it encrypted.

    Args:
        folder: with its name in the archive.
        file: to be written; nothing is there yet.
        fingerprint: of the public key, checked.

    Raises:
        EncryptionError: ``gpg`` refused; no file is left.
        OSError: the disk did.
    """

    def write(unfinished: Path) -> None:
        command = [*_GPG, "--recipient", fingerprint, "--output", str(unfinished), "--encrypt"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as program:  # noqa: S603  ours
            if program.stdin is None or program.stderr is None:  # never: both are pipes
                raise EncryptionError("gpg 没有启动")
            try:
                with program.stdin, tarfile.open(fileobj=program.stdin, mode="w|") as archive:
                    archive.add(folder, arcname=folder.name)
            except BrokenPipeError:
                pass  # gpg has ended, and says why
            said = program.stderr.read().decode(errors="replace").strip()
        if program.returncode != 0:
            raise EncryptionError(f"gpg 没有加密成功：{said}")
        unfinished.chmod(SECRET_MODE)

    write_new(file, write)
