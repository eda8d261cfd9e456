"""What arrived after a month was published: whether its publication could be restated."""

from __future__ import annotations

from orchestration.deliveries.arrivals import Arrival
from orchestration.publications.publication import Publication, published_inputs


def changed_since(publication: Publication, arrival: Arrival) -> dict[str, int]:
    """Return by extract how many files of an arrival are new, changed or gone since a month that knows it was published."""
    published: dict[str, dict[str, str]] = {}
    for item in published_inputs(publication):
        if item["delivery_month"] == arrival.month:
            published.setdefault(item["extract"], {})[item["file"]] = item["sha256"] or ""
    counts = {
        extract: len(set(files.items()) ^ set(published.get(extract, {}).items())) for extract, files in arrival.files.items()
    }
    # a changed file counts once, though it stands on both sides
    both = {
        extract: sum(name in published.get(extract, {}) and published[extract][name] != sha for name, sha in files.items())
        for extract, files in arrival.files.items()
    }
    return {extract: count - both[extract] for extract, count in counts.items() if count}
