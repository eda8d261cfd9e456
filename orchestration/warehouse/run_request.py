"""What a run computes: the one answer that its steps share."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestration.foundation.atomic_files import write_json
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation


@dataclass(frozen=True)
class RunRequest:
    """The months of a run and what each may know.

    Attributes:
        published: knowledge month by month that is to be computed and published.
        added: further months, to be computed as known then and not to be published; later ones rest on them.
    """

    published: Mapping[Month, Month]
    added: Sequence[Month] = ()

    @property
    def knowledge(self) -> dict[Month, Month]:
        """Up to which delivery each computed month knows, in the order of the months; those added know their own."""
        return dict(sorted(({month: month for month in self.added} | dict(self.published)).items()))

    def keep(self, installation: Installation) -> None:
        """Keep the request where the later steps of the run find it."""
        write_json(installation.run_request, {"published": dict(self.published), "added": list(self.added)})

    @classmethod
    def of(cls, installation: Installation) -> RunRequest:
        """Return the request of the run in progress, or of the last one."""
        kept = json.loads(installation.run_request.read_text(encoding="utf-8"))
        published = {Month(month): Month(known) for month, known in kept["published"].items()}
        return cls(published, tuple(map(Month, kept["added"])))
