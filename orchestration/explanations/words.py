"""Values in words, as officers read them in lists."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from orchestration.contracts.value_labels import ValueLabels


def money(value: Decimal) -> str:
    """Return an amount of yuan with two places."""
    return f"{value:,.2f}"


def plain(value: Decimal) -> str:
    """Return an amount without places where these are nought, as a line is written."""
    return money(value).removesuffix(".00")


def in_words(labels: ValueLabels, name: str, kind: str, value: Any) -> str:
    """Return a published value as it is read.

    Args:
        labels: the Chinese of coded values.
        name: of the column.
        kind: type of the column, as ``config/fields.yml`` says it.
        value: of it.
    """
    if isinstance(value, bool):
        return labels.boolean(value)
    if isinstance(value, str):
        return labels.label("target_department" if name == "department" else name, value)
    if isinstance(value, dt.date):
        return f"{value:%Y-%m}" if kind == "month" else f"{value:%Y-%m-%d}"
    if isinstance(value, Decimal):
        return money(value) if kind == "money" else f"{value.normalize():,f}"
    texts = value if isinstance(value, list) else [] if value is None else [value]
    return "、".join(map(str, texts))
