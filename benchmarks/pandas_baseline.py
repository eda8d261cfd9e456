"""Income of the window in pandas beside the same in dbt and DuckDB: ``python benchmarks/pandas_baseline.py``.

One delivery of a synthetic county is landed. From the landed files, pandas and the models up to ``int_household_incomes``
compute in turn what every household of the roster has earned in the twelve months before and in how many months it was entered;
the two answers are compared household by household before any time is printed. Quote the ratio of the pairs, not a single time.

What the models do beside that is part of their time: every version of a row is kept, estimates and income per head, and dbt
writes a table for each.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd

from orchestration.contracts import load_extracts
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import LandingPool
from orchestration.synthesis import synthesize
from orchestration.warehouse import dbt_runner
from orchestration.warehouse.kept_months import write_history
from orchestration.warehouse.reference import write_reference
from orchestration.warehouse.run_request import RunRequest

MONTH = Month("2023-08")
MODEL = "int_household_incomes"
INCOMES, ROSTER = "rural_revitalization__income_expense", "rural_revitalization__household_roster"
PARTS = ["wage_income", "business_income", "business_expense", "property_income", "transfer_income"]
ANSWER = ["household_id", "months_observed", "income_12m"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=15_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fangfanpin-benchmark-") as folder:
        installation = landed(Path(folder), options.households)
        dbt_runner.manifest_path()  # parsed once, not part of what a month costs
        in_models, in_pandas, ratios = [], [], []
        for _ in range(options.repeat):
            models, seconds = timed(lambda: of_models(installation))
            frame, own_seconds = timed(lambda: of_pandas(installation))
            pd.testing.assert_frame_equal(models, frame, check_dtype=False)
            in_models.append(seconds)
            in_pandas.append(own_seconds)
            ratios.append(seconds / own_seconds)
        print(f"{len(models)} households, equal in both; seconds, median of {options.repeat}")
        print(f"dbt and DuckDB {statistics.median(in_models):.2f}, pandas {statistics.median(in_pandas):.2f}")
        print(f"ratio of the pairs {', '.join(f'{ratio:.1f}' for ratio in ratios)}")


def timed(compute: Callable[[], pd.DataFrame]) -> tuple[pd.DataFrame, float]:
    """Return what was computed and the seconds that it took."""
    began = time.perf_counter()
    return compute(), time.perf_counter() - began


def landed(folder: Path, households: int) -> Installation:
    """Write a county's delivery, land the extracts, write what dbt reads beside them."""
    installation = Installation.at(folder / "raw", folder / "marts")
    synthesize(installation.raw, households, MONTH, MONTH, 7)
    contracts = list(load_extracts().values())
    with LandingPool() as pool:
        pool.submit_all(installation, contracts, [MONTH])
        for contract in contracts:
            pool.result(contract.extract, MONTH)
    request = RunRequest({MONTH: MONTH})
    write_reference(installation, request)
    write_history(installation, request.knowledge)
    return installation


def of_models(installation: Installation) -> pd.DataFrame:
    """Return the answer of the models."""
    dbt_runner.raise_for(dbt_runner.build(installation, [f"+{MODEL}"], "run"))
    query = (
        f"SELECT {', '.join(ANSWER)} FROM intermediate.{MODEL} WHERE month = ? AND knowledge_month = ? ORDER BY household_id"
    )
    with duckdb.connect(str(installation.warehouse), read_only=True) as warehouse:
        found = warehouse.execute(query, [MONTH.first_day, MONTH.first_day]).df()
    return found.astype({"income_12m": "float64"})


def of_pandas(installation: Installation) -> pd.DataFrame:
    """Return the answer of pandas: the row of each household and month that was entered last, blanks as blanks."""
    entered = pd.read_parquet(installation.landed_extract(INCOMES, MONTH))
    entered["month"] = pd.to_datetime(entered["income_month"])
    entered = entered.sort_values(["entered_on", "file", "row_number"], na_position="first")
    entered = entered.drop_duplicates(["household_id", "month"], keep="last")
    window = entered[entered["month"].between(f"{int(MONTH[:4]) - 1}{MONTH[4:]}-01", str(MONTH.previous.first_day))]
    parts = window[PARTS].astype("float64")
    net = parts.drop(columns="business_expense").sum(axis="columns", skipna=False) - parts["business_expense"]
    earned = net.groupby(window["household_id"]).agg(months_observed="count", income_12m=lambda some: some.sum(min_count=1))
    roster = pd.read_parquet(installation.landed_extract(ROSTER, MONTH), columns=["household_id"]).drop_duplicates()
    found = roster.merge(earned, how="left", left_on="household_id", right_index=True).sort_values("household_id")
    found["months_observed"] = found["months_observed"].fillna(0).astype("int64")
    found["income_12m"] = found["income_12m"].round(2)
    return found[ANSWER].reset_index(drop=True)


if __name__ == "__main__":
    main()
