"""What arrived after a month was published: whether its publication could be restated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from orchestration.contracts import load_extracts
from orchestration.deliveries.arrivals import Arrival
from orchestration.landing import claim
from orchestration.publications.publication import Publication, published_inputs


def changed_since(publication: Publication, arrival: Arrival) -> dict[str, int]:
    """Return by extract how many files of an arrival are new, changed or gone since a month that knows it was published."""
    published: dict[str, dict[str, str]] = {}
    for item in published_inputs(publication):
        if item["delivery_month"] == arrival.month:
            published.setdefault(item["extract"], {})[item["file"]] = item["sha256"] or ""
    arrived = {extract: _own(extract, files) for extract, files in arrival.files.items()}
    known = {extract: _own(extract, published.get(extract, {})) for extract in arrived}
    counts = {extract: len(set(files.items()) ^ set(known[extract].items())) for extract, files in arrived.items()}
    # a changed file counts once, though it stands on both sides
    both = {
        extract: sum(name in known[extract] and known[extract][name] != sha for name, sha in files.items())
        for extract, files in arrived.items()
    }
    return {extract: count - both[extract] for extract, count in counts.items() if count}


def _own(extract: str, files: Mapping[str, str]) -> Mapping[str, str]:
    """Return the files of an extract without those of the extract that it comes with, which is told of them."""
    contract = load_extracts().get(extract)
    if contract is None or contract.comes_with is None:
        return files
    return {name: sha256 for name, sha256 in files.items() if claim(PurePosixPath(name).name, contract)}
