"""What one check of ``fangfanpin doctor`` found, and how bad that is.

What belongs here: the words in which checks, ``backup`` and the command speak of it. What does not: the checks
(``judgements``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How bad it is."""

    OK = "正常"
    WARN = "注意"
    FAIL = "故障"


@dataclass(frozen=True)
class Diagnosis:
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


def shown_diagnosis(diagnosis: Diagnosis) -> str:
    """Return a diagnosis as the command prints it."""
    remedy = f"\n        → {diagnosis.remedy}" if diagnosis.remedy else ""
    return f"[{diagnosis.level.value}] {diagnosis.subject}：{diagnosis.message}{remedy}"


def worst(diagnoses: Iterator[Diagnosis] | Sequence[Diagnosis]) -> Level:
    """Return the worst level among diagnoses."""
    return max((diagnosis.level for diagnosis in diagnoses), key=list(Level).index, default=Level.OK)
