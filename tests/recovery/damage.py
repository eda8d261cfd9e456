"""Damage every kind of file that an installation keeps, in every way, and look at what the next run makes of it.

    python -m tests.recovery.damage [--households 8] [--each] [--kinds TEXT] [--keep DIR]

Kinds that know nothing of each other are damaged together; each by itself where something came out wrong, or with ``--each``.
Of what can be made anew the run must publish the same bytes as if nothing had been damaged, and ``doctor`` must find no fault
afterwards. Of what cannot, it must end with one message in Chinese that names the file, and leave what is published as it is.
Never may there be a traceback. Exit status 1 when anything came out otherwise.

Runs are forked from a process that has everything imported, as in ``kill_test``.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import archived
from tests.recovery.kill_test import Killed, import_everything
from tests.recovery.wholeness import published_bytes

FIRST_DELIVERY, FIRST, LAST = Month("2023-05"), Month("2023-06"), Month("2023-07")
ROSTER = "rural_revitalization__member_roster"

CONTENTS: dict[str, Callable[[bytes], bytes | None]] = {
    "empty": lambda data: b"",
    "cut in the middle": lambda data: data[: len(data) // 2],
    "[]": lambda data: b"[]",
    "{}": lambda data: b"{}",
    "null": lambda data: b"null",
    "1": lambda data: b"1",
    "garbage": lambda data: random.Random(1).randbytes(max(len(data), 100)),  # noqa: S311  no secret
    "missing": lambda data: None,
}
DAMAGES = (*CONTENTS, "a folder")
# Only programs that read JSON could take these for something else than garbage.
_JSON_ONLY = ("{}", "null", "1")


def spoil(path: Path, damage: str) -> None:
    """Damage a file in one of the ways of ``DAMAGES``; one that is not there is made."""
    data = path.read_bytes() if path.is_file() else b""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if damage == "a folder":
        path.mkdir()
        (path / "x").write_text("x", encoding="utf-8")
    elif (content := CONTENTS[damage](data)) is not None:
        path.write_bytes(content)


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        files: those to be damaged.
        is_lasting: nothing can make it anew; otherwise a run does, or does without.
        is_published: the run begins with both months published, so that it need not compute; otherwise without the last one.
        group: kinds of one group are damaged together; of one that knows of another they are not.
        undamaged: damages that this kind can bear, or that cannot be told from a file that never was.
    """

    files: Callable[[Installation], Iterable[Path]]
    is_lasting: bool = False
    is_published: bool = False
    undamaged: tuple[str, ...] = ()
    group: int = 1


def _glob(folder: str, pattern: str) -> Callable[[Installation], Iterable[Path]]:
    return lambda installation: sorted(getattr(installation, folder).glob(pattern))


def _one(place: str) -> Callable[[Installation], Iterable[Path]]:
    return lambda installation: [installation.state / place]


def _originals(installation: Installation) -> Iterator[Path]:
    """Yield the archived originals of deliveries that are still there."""
    from orchestration.landing import landed_originals

    for place, sha256 in sorted(landed_originals(installation).items()):
        yield archived(installation, sha256, Path(place).suffix)


def _event_files(installation: Installation) -> list[Path]:
    return [path for path in (installation.dagster_home / "history" / "runs").glob("*.db") if path.stem != "index"]


KINDS: dict[str, Kind] = {
    "landed rows": Kind(_glob("landed", f"{ROSTER}/{LAST}.parquet")),
    "landed rows of an earlier delivery": Kind(_glob("landed", f"{ROSTER}/{FIRST_DELIVERY}.parquet"), group=2),
    "sidecar": Kind(_glob("landed", f"{ROSTER}/{LAST}.json"), group=2),
    "sidecars of earlier deliveries": Kind(_glob("landed", f"*__*/{FIRST_DELIVERY}.json"), group=3),
    "account of files": Kind(_glob("landed", f"intake_files/{ROSTER}__{LAST}.parquet"), group=3),
    "account of problems of an earlier delivery": Kind(_glob("landed", f"intake_problems/{ROSTER}__{FIRST}.parquet")),
    "settled deliveries": Kind(_one("landed/settled.json"), group=3),
    "archived originals": Kind(_originals),
    "reference tables": Kind(_glob("reference", "*.parquet")),
    "kept findings": Kind(_glob("checks", f"kept/{FIRST}/findings.parquet")),
    "kept rows": Kind(_glob("checks", f"kept/{FIRST}/extract_matches.parquet"), group=3),
    "digests of kept rows": Kind(_glob("checks", "kept/*/kept.json"), group=2),
    "findings of a run": Kind(_glob("checks", "run/*.parquet")),
    "what a month rested on": Kind(_glob("computed", "*.json")),
    "what published months rested on": Kind(_glob("computed", "*.json"), is_published=True),
    "results of intake checks": Kind(_glob("expectations", "*__*/*.json")),
    "results of rules": Kind(_glob("expectations", "checks/**/*.*"), group=2),
    "work database": Kind(_one("warehouse.duckdb")),
    "log of the work database": Kind(_one("warehouse.duckdb.wal"), group=2),
    "settings of Dagster": Kind(_one("dagster/dagster.yaml")),
    "runs of Dagster": Kind(_one("dagster/history/runs.db")),
    "events of assets": Kind(_one("dagster/history/runs/index.db"), group=2),
    "events of runs": Kind(_event_files, group=3),
    "schedules of Dagster": Kind(_one("dagster/schedules/schedules.db")),
    "what dbt leaves of itself": Kind(_one("dbt/graph_summary.json")),
    "lock": Kind(_one("run.lock")),
    "holder of the lock": Kind(_one("run.holder.json")),
    "analysts' database": Kind(lambda installation: [installation.current], is_published=True),
    "log of the analysts' database": Kind(
        lambda installation: [installation.current.with_name("current.duckdb.wal")], is_published=True
    ),
    "record of the analysts' database": Kind(lambda installation: [installation.current_record], is_published=True),
    "manifest of another month": Kind(_glob("marts", f"{FIRST}/v01/manifest.json"), is_lasting=True),
    "manifest of the month": Kind(_glob("marts", f"{LAST}/v01/manifest.json"), is_lasting=True, is_published=True),
    "list of another month": Kind(_glob("marts", f"{FIRST}/v01/warning_list.parquet"), is_lasting=True),
    "withdrawals": Kind(_glob("marts", f"{FIRST}/withdrawn.json"), is_lasting=True, undamaged=("missing",)),
}


class Trial:
    """The county as published, and copies of it that are damaged."""

    def __init__(self, folder: Path, households: int) -> None:
        from orchestration.publications import refresh_current
        from orchestration.synthesis import synthesize

        self.folder, self.raw = folder, folder / "raw"
        synthesize(self.raw, households, FIRST_DELIVERY, LAST, 1)
        self.published = Installation.at(self.raw, folder / "published")
        self._must(self.published, "backfill", "--from", FIRST, "--to", LAST)
        self._must(self.published, "rollback", "--month", FIRST, "--reason", "x")
        self._must(self.published, "rollback", "--month", FIRST, "--reason", "x", "--undo")
        self.before = Installation.at(self.raw, Path(shutil.copytree(self.published.marts, folder / "before")))
        shutil.rmtree(self.before.marts / LAST)
        (self.before.computed / f"{LAST}.json").unlink()
        refresh_current(self.before)
        self.expected = published_bytes(self.published.marts)
        self.outcomes: Counter[str] = Counter()
        self.wrong: list[str] = []

    def run(self, names: Sequence[str], damage: str) -> None:
        """Damage some kinds of one sort in a copy, run the last month, look at what became of it."""
        kinds = [KINDS[name] for name in names]
        source = self.published if kinds[0].is_published else self.before
        installation = Installation.at(self.raw, Path(shutil.copytree(source.marts, self.folder / "damaged")))
        damaged = list(dict.fromkeys(path for kind in kinds for path in list(kind.files(installation))))
        if damage in _JSON_ONLY:
            damaged = [path for path in damaged if path.suffix == ".json"]
        for path in damaged:
            spoil(path, damage)
        wrong = self._look(installation, kinds, damaged, damage) if damaged else None
        shutil.rmtree(installation.marts)
        if wrong and len(names) > 1:
            print(f"{', '.join(names)}; {damage}: {wrong}; each by itself:", flush=True)
            for name in names:
                self.run([name], damage)
        elif wrong:
            self.wrong.append(f"{names[0]}, {damage}: {wrong}")
            print(f"WRONG {self.wrong[-1]}", flush=True)
        else:
            concerned = [kind for kind in kinds if damage not in _JSON_ONLY or self._has_json(kind)]
            self.outcomes["told" if kinds[0].is_lasting else "mended"] += len(concerned)

    def _look(self, installation: Installation, kinds: Sequence[Kind], damaged: Sequence[Path], damage: str) -> str | None:
        """Return what came out otherwise than it must; None where nothing did."""
        before = files_of_months(installation)
        status, said = self._command(installation, "run", "--month", LAST)
        if "Traceback" in said:
            return f"traceback: {said.strip().splitlines()[-1]}"
        if kinds[0].is_lasting and damage not in kinds[0].undamaged:
            if status != 1 or "请" not in said or not any(path.name in said for path in damaged):
                return f"not told: status {status}, {said!r}"
            return "what is published was changed" if files_of_months(installation) != before else None
        if status != 0 or published_bytes(installation.marts) != self.expected:
            return f"not mended: status {status}, {said!r}"
        self._command(installation, "tidy")  # it alone looks at the events of all runs
        status, said = self._command(installation, "doctor")
        return None if status == 0 else f"doctor finds afterwards: {[line for line in said.splitlines() if '[故障]' in line]}"

    def _has_json(self, kind: Kind) -> bool:
        source = self.published if kind.is_published else self.before
        return any(path.suffix == ".json" for path in kind.files(source))

    def _must(self, installation: Installation, *command: str) -> None:
        status, said = self._command(installation, *command)
        if status != 0:
            raise SystemExit(f"{command} ended with {status}: {said}")

    def _command(self, installation: Installation, *command: str) -> tuple[int, str]:
        def work() -> int:
            from orchestration.command_line.commands import main

            try:
                return main([*command, "--raw", str(installation.raw), "--marts", str(installation.marts)])
            except Exception:
                traceback.print_exc()
                raise

        log = self.folder / "log"
        log.unlink(missing_ok=True)
        return Killed(work, log).wait(), log.read_text(encoding="utf-8")


def files_of_months(installation: Installation) -> dict[str, bytes]:
    """Return every file below the months, as it is."""
    return {
        path.relative_to(installation.marts).as_posix(): path.read_bytes()
        for path in sorted(installation.marts.glob("2???-??/**/*"))
        if path.is_file()
    }


def groups(text: str, *, each: bool) -> list[list[str]]:
    """Return the kinds whose name has a text, in groups that are damaged together."""
    found: dict[object, list[str]] = {}
    for name, kind in KINDS.items():
        if text in name:
            alone = each or kind.is_lasting
            found.setdefault(name if alone else (kind.is_published, kind.group), []).append(name)
    return list(found.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=8)
    parser.add_argument("--each", action="store_true", help="damage each kind by itself")
    parser.add_argument("--kinds", default="", help="only kinds whose name has this text")
    parser.add_argument("--keep", type=Path, help="work in this new folder and leave what is in it")
    options = parser.parse_args()
    import_everything()
    folder = (options.keep or Path(tempfile.mkdtemp(prefix="fangfanpin-damage-"))).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    try:
        trial = Trial(folder, options.households)
        for names in groups(options.kinds, each=options.each):
            for damage in DAMAGES:
                trial.run(names, damage)
            print(f"{', '.join(names)}: done, {time.monotonic() - begin:.0f} s", flush=True)
    finally:
        if options.keep is None:
            shutil.rmtree(folder)
    counts = ", ".join(f"{count} {what}" for what, count in sorted(trial.outcomes.items()))
    print(f"\n{sum(trial.outcomes.values()) + len(trial.wrong)} damages: {counts}, {len(trial.wrong)} wrong")
    for line in trial.wrong:
        print(f"  {line}")
    return 1 if trial.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
