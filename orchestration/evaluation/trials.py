"""Trials: synthetic counties of several seeds, matched, counted and reported."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.contracts import load_extracts
from orchestration.contracts.upkeep import load_demo
from orchestration.evaluation.outcomes import Evaluation, evaluate_matching, share
from orchestration.evaluation.plain_join import Baseline, evaluate_plain_join
from orchestration.evaluation.tables import aligned, class_table, lost_table, tier_table
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.warehouse.run_request import RunRequest

GOALS = {
    "precision": 0.9999,
    "recall": 0.995,
    "recall at double errors": 0.99,
    "recall after review": 0.998,
    "queue share": 0.001,
    "seconds": 60.0,
}


MATCHING = ("int_row_matches", "match_review")  # whichever of them the dbt project has


@dataclass(frozen=True)
class Trial:
    """One scenario and seed.

    Attributes:
        seconds: time dbt took for staging and matching, without landing.
        raw: the plain join on documents as delivered.
        normalized: the plain join on normalised documents.
    """

    scenario: str
    seed: int
    evaluation: Evaluation
    seconds: float
    raw: Baseline
    normalized: Baseline


def trial_month() -> Month:
    """Return the delivery that trials are made with, the demo's last."""
    return load_demo().last_month


def run_trial(folder: Path, households: int, scenario: str, seed: int) -> Trial:
    """Write a county's delivery below ``folder``, land it, build what matching needs and evaluate.

    Args:
        folder: new folder to work in; everything stays there.
        households: households on the roster.
        scenario: of ``orchestration.synthesis.SCENARIOS``.
        seed: of the county; scenarios of one seed are of the same people.

    Returns:
        What was measured.
    """
    from orchestration.landing import LandingPool
    from orchestration.synthesis import synthesize
    from orchestration.warehouse import dbt_runner as warehouse
    from orchestration.warehouse.kept_months import write_history
    from orchestration.warehouse.reference import write_reference

    installation, month = Installation.at(folder / "raw", folder / "marts"), trial_month()
    synthesize(installation.raw, households, month, month, seed, errors=scenario)
    contracts = list(load_extracts().values())
    with LandingPool() as pool:
        pool.submit_all(installation, contracts, [month])
        for contract in contracts:
            pool.result(contract.extract, month)
    request = RunRequest({month: month})
    write_reference(installation, request)
    write_history(installation, request.knowledge)
    warehouse.manifest_path()  # parsed once, not part of what a month costs
    begin = time.perf_counter()
    warehouse.raise_for(warehouse.build(installation, [f"+{model}" for model in MATCHING], "run"))
    seconds = time.perf_counter() - begin
    truth = installation.raw / ".truth" / "person_links.parquet"
    return Trial(
        scenario,
        seed,
        evaluate_matching(installation, truth, [month]),
        seconds,
        evaluate_plain_join(installation, truth, [month], is_normalized=False),
        evaluate_plain_join(installation, truth, [month], is_normalized=True),
    )


def run_trials(
    households: int, scenarios: Sequence[str], seeds: Sequence[int], out: Path | None, tell: Callable[[str], None]
) -> list[Trial]:
    """Run every scenario with every seed and say how each went.

    Args:
        households: households on the roster.
        scenarios: of ``orchestration.synthesis.SCENARIOS``.
        seeds: of the counties.
        out: new or empty folder in which everything is left; without it, trials are made in a temporary folder, one at a time.
        tell: what is called with each line as soon as it is known.

    Returns:
        The trials, scenario by scenario.
    """
    trials = []
    for scenario in scenarios:
        for seed in seeds:
            folder = out / f"{scenario}-{seed}" if out else Path(tempfile.mkdtemp(prefix="fangfanpin-matching-"))
            try:
                trial = run_trial(folder, households, scenario, seed)
            finally:
                if out is None:
                    shutil.rmtree(folder, ignore_errors=True)
            trials.append(trial)
            tell(
                f"{scenario}, seed {seed}: {trial.evaluation.counted:,} rows, recall {trial.evaluation.recall:.5f}, "
                f"precision {trial.evaluation.precision:.5f}, {trial.seconds:.1f} s"
            )
    return trials


def trials_table(trials: Sequence[Trial]) -> str:
    """Return one line per trial and the mean of each scenario, with the goals below."""
    rows: list[tuple[object, ...]] = []
    for scenario in dict.fromkeys(trial.scenario for trial in trials):
        own = [trial for trial in trials if trial.scenario == scenario]
        lines = [_trial_line(trial) for trial in own]
        rows += [
            (f"{scenario}, seed {trial.seed}", *line[:-1], f"{trial.seconds:.1f}")
            for trial, line in zip(own, lines, strict=True)
        ]
        if len(own) > 1:
            means = [sum(values) / len(own) for values in zip(*lines, strict=True)]
            shown = [f"{mean:,.1f}" if isinstance(value, int) else mean for mean, value in zip(means, lines[0], strict=True)]
            rows.append((f"{scenario}, mean", *shown[:-1], f"{means[-1]:.1f}"))
    goals = GOALS
    rows.append(
        (
            "goal", None, None, f">= {goals['recall']} (double {goals['recall at double errors']})",
            f">= {goals['recall after review']}", f">= {goals['precision']}", None, None, f"<= {goals['queue share']}", None,
            0, f"<= {goals['seconds']:.0f}",
        )
    )  # fmt: skip
    return aligned(
        (
            "", "rows", "due", "recall", "after review", "precision", "wrong", "queue", "queue share", "true in queue",
            "not in one state", "seconds",
        ),
        rows,
    )  # fmt: skip


def _trial_line(trial: Trial) -> tuple[float | int, ...]:
    evaluation = trial.evaluation
    return (
        evaluation.counted,
        evaluation.due,
        evaluation.recall,
        evaluation.recall_after_review,
        evaluation.precision,
        evaluation.wrong,
        evaluation.queue,
        evaluation.queue_share,
        share(evaluation.queue_true, evaluation.queue),
        evaluation.without_one_state,
        trial.seconds,
    )


def baselines_table(trials: Sequence[Trial]) -> str:
    """Return matching beside the plain joins on the same rows: recall, wrong pairs, and the ratio of rows missed."""
    rows = []
    for trial in trials:
        missed = trial.evaluation.due - trial.evaluation.found
        ratio = (trial.normalized.due - trial.normalized.found) / missed if missed else float("inf")
        rows.append(
            (
                f"{trial.scenario}, seed {trial.seed}", trial.raw.recall, trial.raw.wrong, trial.normalized.recall,
                trial.normalized.wrong, trial.evaluation.recall, trial.evaluation.wrong, f"{ratio:.1f}",
            )
        )  # fmt: skip
    return aligned(
        (
            "", "raw join", "wrong", "normalised join", "wrong", "matching", "wrong", "missed: normalised join / matching",
        ),
        rows,
    )  # fmt: skip


def report(trials: Sequence[Trial]) -> str:
    """Return everything that trials have shown as text."""
    parts = [trials_table(trials), baselines_table(trials)]
    for scenario in dict.fromkeys(trial.scenario for trial in trials):
        evaluations = [trial.evaluation for trial in trials if trial.scenario == scenario]
        title = f"Scenario {scenario}, {len(evaluations)} seed{'s' * (len(evaluations) > 1)} together"
        shared = sum(evaluation.shared for evaluation in evaluations)
        aside = sum(evaluation.set_aside for evaluation in evaluations)
        parts.append(
            f"{title}\nrows set aside at the door: {aside:,}; found through a number that two members share: {shared:,}\n\n"
            f"{tier_table(evaluations)}\n\n{class_table(evaluations)}\n\n{lost_table(evaluations)}"
        )
    return "\n\n".join(parts)
