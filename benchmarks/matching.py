"""Matching against a plain join on the same rows, side by side.

    python benchmarks/matching.py [--households 15000] [--scenario base,hard,double] [--seeds 1,2,3]

Writes a synthetic county per scenario and seed, lands it, matches it, and joins the same landed rows with the same roster by
equal documents, as delivered and as landing normalises them. Prints how many of the rows that belong to a member each finds,
how many it gives to somebody else, and how long each takes. Recall and wrong pairs depend on the seed alone; times are of one
run.
"""

from __future__ import annotations

import argparse

from orchestration.evaluation.tables import aligned
from orchestration.evaluation.trials import Trial, baselines_table, run_trials


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=15_000)
    parser.add_argument("--scenario", default="base,hard,double")
    parser.add_argument("--seeds", default="1,2,3")
    options = parser.parse_args()
    seeds = [int(seed) for seed in options.seeds.split(",")]
    trials = run_trials(options.households, options.scenario.split(","), seeds, None, lambda line: print(line, flush=True))
    print(f"\n{baselines_table(trials)}\n\n{_times(trials)}")


def _times(trials: list[Trial]) -> str:
    rows = [
        (f"{trial.scenario}, seed {trial.seed}", trial.raw.seconds, trial.normalized.seconds, trial.seconds) for trial in trials
    ]
    return aligned(("seconds", "raw join", "normalised join", "staging and matching"), rows)


if __name__ == "__main__":
    main()
