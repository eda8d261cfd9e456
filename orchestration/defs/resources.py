"""Dagster resources: the installation of a run and the pool that lands its files."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import dagster as dg
from pydantic import PrivateAttr

from orchestration.contracts import ExtractContract
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.landing import LandingPool, LandingResult, MachineError
from orchestration.warehouse.run_lock import hold_run_lock

# How long a run of the daemon waits for a run of the command line, a backup or another run to end.
LONGEST_WAIT_SECONDS = 3600


class InstallationResource(dg.ConfigurableResource["InstallationResource"]):
    """The folders that a run reads and writes (see ``orchestration.foundation.paths.Installation``)."""

    raw: str
    marts: str
    state: str

    @classmethod
    def of(cls, installation: Installation) -> "InstallationResource":
        """Return the resource of an installation."""
        return cls(raw=str(installation.raw), marts=str(installation.marts), state=str(installation.state))

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["InstallationResource"]:
        """Give out the folders of one run, which has them to itself until it ends; sensors and schedules only look."""
        if context.run is None:
            yield self
            return
        purpose = f"Dagster 作业 {context.run.job_name}"
        with hold_run_lock(self.get(), purpose, LONGEST_WAIT_SECONDS, is_part_of_holder=True):
            yield self

    def get(self) -> Installation:
        """Return the installation."""
        from pathlib import Path

        return Installation.at(Path(self.raw), Path(self.marts), Path(self.state))


class LandingResource(dg.ConfigurableResource["LandingResource"]):
    """Lands what a run wants side by side: the first asset that asks starts the landing of all that the run will ask for.

    Dagster runs the assets one after the other (a process per asset costs seconds, a step in one process a sixth of one), so
    without this the second core would idle.
    """

    _pool: LandingPool | None = PrivateAttr(default=None)
    _warming: threading.Thread | None = PrivateAttr(default=None)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["LandingResource"]:
        """Give out the resource for one run; workers end with it."""
        from expectations.intake import warm_up

        # Great Expectations takes seconds to import; that passes while the workers read files.
        self._warming = threading.Thread(target=warm_up, daemon=True)
        with LandingPool() as pool:
            self._pool = pool
            yield self
        self._warming.join()

    def land(
        self,
        installation: Installation,
        contract: ExtractContract,
        months: Sequence[Month],
        all_contracts: Sequence[ExtractContract],
    ) -> list[LandingResult]:
        """Return the landing of one extract in some months; begin that of ``all_contracts`` when it is the first asked for."""
        if self._pool is None or self._warming is None:
            raise dg.DagsterInvariantViolationError("the landing resource is used outside a run")
        if self._warming.ident is None:
            self._warming.start()
        self._pool.submit_all(installation, all_contracts, months)
        try:
            return [self._pool.result(contract.extract, month) for month in months]
        except MachineError as error:
            raise dg.Failure(description=str(error), allow_retries=False) from None
