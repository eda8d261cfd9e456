"""Processes that have no network but this machine's own address; the kernel counts whatever they ask of anybody else."""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Sequence
from pathlib import Path

WHY_NOT = "a process may not be given a network of its own here (unshare -rn): what it asks of others is not counted"
_ALONE = 'ip link set lo up && exec "$@"'


@functools.cache
def can_be_offline() -> bool:
    """Return whether the system lets us start a process without a network."""
    try:
        return (
            subprocess.run(["unshare", "-rn", "sh", "-c", _ALONE, "sh", "true"], capture_output=True, check=False).returncode
            == 0
        )
    except FileNotFoundError:
        return False


def offline(command: Sequence[str]) -> list[str]:
    """Return the command that runs another without a network, in the same process; the other itself where that is refused."""
    return ["unshare", "-rn", "sh", "-c", _ALONE, "sh", *command] if can_be_offline() else list(command)


def beside(process: int, command: Sequence[str]) -> list[str]:
    """Return the command that runs another where a process that is offline runs: there its ports are."""
    entering = ["nsenter", "-t", str(process), "-U", "-n", "--preserve-credentials"]
    return [*entering, *command] if can_be_offline() else list(command)


def asked_of_others(process: int | str = "self") -> int:
    """Return how often anything that shares its network with a process has asked for another machine, names included."""
    files = [Path(f"/proc/{process}/net/{name}") for name in ("snmp", "snmp6")]
    return counted("".join(file.read_text(encoding="ascii") for file in files if file.exists()))


def counted(text: str) -> int:
    """Return how many packets had nowhere to go, of what the kernel tells (``/proc/net/snmp``, ``snmp6``)."""
    lines = [line.split() for line in text.splitlines()]
    names, numbers = [line for line in lines if line[0] == "Ip:"]
    sixth = sum(int(line[1]) for line in lines if line[0] == "Ip6OutNoRoutes")  # none where there is no IPv6
    return int(numbers[names.index("OutNoRoutes")]) + sixth
