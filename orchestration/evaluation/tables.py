"""Counts of matching as aligned text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from orchestration.evaluation.outcomes import ErrorClass, Evaluation, Tier, share


def aligned(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as text: the first column to the left, the others to the right, two blanks between."""
    lines = [list(header), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.5f}"
    if isinstance(value, int):
        return f"{value:,}"
    return "" if value is None else str(value)


def merged_tiers(evaluations: Sequence[Evaluation]) -> list[Tier]:
    """Return tiers summed over evaluations."""
    sums: dict[str, list[int]] = {}
    for tier in (tier for evaluation in evaluations for tier in evaluation.tiers):
        total = sums.setdefault(tier.state, [0, 0])
        total[0] += tier.joined
        total[1] += tier.right
    return sorted((Tier(state, *total) for state, total in sums.items()), key=lambda tier: (-tier.joined, tier.state))


def merged_classes(evaluations: Sequence[Evaluation]) -> list[ErrorClass]:
    """Return error classes summed over evaluations."""
    sums: dict[str, list[int]] = {}
    for one in (one for evaluation in evaluations for one in evaluation.classes):
        total = sums.setdefault(one.name, [0, 0, 0, 0])
        for place, value in enumerate((one.due, one.found, one.wrong, one.queued)):
            total[place] += value
    return sorted((ErrorClass(name, *total) for name, total in sums.items()), key=lambda one: (-one.due, one.name))


def tier_table(evaluations: Sequence[Evaluation]) -> str:
    """Return what each tier joined, summed over evaluations."""
    return aligned(
        ("tier", "rows joined", "wrong", "precision"),
        [(tier.state, tier.joined, tier.wrong, share(tier.right, tier.joined)) for tier in merged_tiers(evaluations)],
    )


def class_table(evaluations: Sequence[Evaluation]) -> str:
    """Return recall by error class, summed over evaluations, which is the mean weighted by rows."""
    return aligned(
        ("error class", "rows due", "found", "wrong", "in review", "lost", "recall", "after review"),
        [
            (one.name, one.due, one.found, one.wrong, one.queued, one.lost, one.recall, one.recall_after_review)
            for one in merged_classes(evaluations)
        ],
    )


def lost_table(evaluations: Sequence[Evaluation], most: int = 15) -> str:
    """Return the commonest errors of rows that neither matching nor review finds."""
    sums: dict[str, int] = {}
    for name, rows in (pair for evaluation in evaluations for pair in evaluation.lost):
        sums[name] = sums.get(name, 0) + rows
    return aligned(("lost rows, by errors together", "rows"), sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))[:most])
