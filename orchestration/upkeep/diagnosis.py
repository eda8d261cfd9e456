"""What one check of ``fangfanpin doctor`` found, and how bad that is.

What belongs here: the words in which checks, ``backup`` and the command speak of it. What does not: the checks
(``judgements``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How bad a finding is."""

    OK = "正常"
    WARN = "注意"
    FAIL = "故障"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        subject: what was looked at, Chinese.
        level: how bad it is.
        message: what was found, Chinese.
        remedy: what to do; empty when nothing is to be done.
    """

    subject: str
    level: Level
    message: str
    remedy: str = ""


def shown_finding(finding: Finding) -> str:
    """Return a finding as the command prints it."""
    remedy = f"\n        → {finding.remedy}" if finding.remedy else ""
    return f"[{finding.level.value}] {finding.subject}：{finding.message}{remedy}"


def worst(findings: Iterator[Finding] | Sequence[Finding]) -> Level:
    """Return the worst level among findings."""
    return max((finding.level for finding in findings), key=list(Level).index, default=Level.OK)
