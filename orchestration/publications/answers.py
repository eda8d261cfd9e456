"""The answer to an example question, taken from an edition and handed out as a workbook; each stands in the audit log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from orchestration.contracts import load_county
from orchestration.contracts.questions import EDITION_WORDS, EditionName, load_example_queries
from orchestration.documents.answer_book import AnswerBook, write_answer_book
from orchestration.foundation.access import FILE_MODE
from orchestration.foundation.atomic_files import write_new
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.publications.audit import note_edition
from orchestration.publications.storage import PublishingError, sha256


@dataclass(frozen=True)
class Asked:
    """A question that is asked: its number, of which edition, of which month (None: the newest)."""

    number: int
    edition: EditionName
    month: Month | None = None


def export_answer(installation: Installation, asked: Asked, path: Path, recipient: str, purpose: str) -> int:
    """Answer a question, write the answer as a workbook and note it.

    Args:
        installation: whose database is asked.
        asked: the question; it runs on that edition.
        path: of the workbook; nothing is there.
        recipient: Chinese, who gets it.
        purpose: Chinese, what for.

    Returns:
        How many rows the answer has.

    Raises:
        FileExistsError: something is there.
        PublishingError: there is no such database or month, or the log cannot be written; no file is left then.
    """
    query, words = load_example_queries()[asked.number - 1], EDITION_WORDS[asked.edition]
    sql = query.sql_of(asked.month)
    headers, rows, months, warnings = _answer(installation, asked, sql)
    of_month = asked.month or max(months)
    notes = [
        ("问题", query.question),
        ("月份", f"{of_month}"),
        *([("怎么看", query.reading)] if query.reading else []),
        *warnings,
        ("查询", sql),
    ]
    county = load_county()
    today = dt.datetime.now(ZoneInfo(county.time_zone)).date()
    book = AnswerBook(query.question, headers, rows, words, recipient, purpose, county.bureau_in_full, today, notes)

    def write(unfinished: Path) -> None:
        write_answer_book(unfinished, book)
        unfinished.chmod(FILE_MODE)

    write_new(path, write)
    try:
        what = f"query/{asked.number:02d} {words} {of_month}"
        note_edition(installation, what, sha256(path), f"{purpose}；提供给{recipient}")
    except OSError as error:
        path.unlink()
        raise PublishingError(
            f"审计记录 {installation.audit_log} 不能写入（{error.strerror}），没有写出；请用运行程序的用户执行"
        ) from None
    return len(rows)


def _answer(
    installation: Installation, asked: Asked, sql: str
) -> tuple[Sequence[str], Sequence[Sequence[Any]], Sequence[str], Sequence[tuple[str, str]]]:
    """Return headers and rows of the answer, the months that there are, and what is to be known of the month asked for."""
    database = installation.analysts if asked.edition == "analysts" else installation.current
    if not database.exists():
        raise PublishingError(f"没有 {database}；请先运行一个月，或检查 --marts")
    with duckdb.connect(str(database), read_only=True) as connection:
        months = [
            f"{month:%Y-%m}" for (month,) in connection.execute("SELECT month FROM marts.publications ORDER BY 1").fetchall()
        ]
        if (asked.month or max(months, default="")) not in months:
            raise PublishingError(f"{asked.month or '任何月份'} 没有发布过；已发布的月份：{'、'.join(months) or '还没有'}")
        told = connection.execute(
            "SELECT topic, warning FROM meta.warnings WHERE month IS NULL OR month = ? ORDER BY warning_no",
            [(asked.month or Month(max(months))).first_day],
        ).fetchall()
        answer = connection.execute(sql)
        headers = [column[0] for column in answer.description]
        return headers, answer.fetchall(), months, told
