"""Dagster resources: the installation of a run and the pool that lands its files."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import dagster as dg
from pydantic import PrivateAttr

from orchestration.contracts import ExtractContract
from orchestration.foundation.months import Month
from orchestration.foundation.paths import Installation
from orchestration.foundation.who import BY_TAG, done_for
from orchestration.landing import LandingPool, LandingResult, MachineError
from orchestration.warehouse.run_lock import hold_run_lock

# How long a run of the daemon waits for a run of the command line, a backup or another run to end.
LONGEST_WAIT_SECONDS = 3600


@dataclass(frozen=True)
class GivenInstallation:
    """The folders that a run reads and writes (see ``orchestration.foundation.paths.Installation``)."""

    installation: Installation

    def get(self) -> Installation:
        """Return the installation."""
        return self.installation


# What an asset, an op or a sensor asks for.
InstallationResource = dg.ResourceParam[GivenInstallation]


def installation_resource(installation: Installation) -> dg.ResourceDefinition:
    """Return the resource of an installation. It has no configuration: no request to start a run says on which folders."""

    @dg.resource(config_schema={}, description="本系统的三个文件夹；由服务的环境变量决定，运行配置里不能指定")
    def given(context: dg.InitResourceContext) -> Iterator[GivenInstallation]:
        """Give out the folders of one run, which has them to itself until it ends; sensors and schedules only look."""
        if context.run is None:
            yield GivenInstallation(installation)
            return
        purpose = f"Dagster 作业 {context.run.job_name}"
        with (
            done_for(context.run.tags.get(BY_TAG)),
            hold_run_lock(installation, purpose, LONGEST_WAIT_SECONDS, is_part_of_holder=True),
        ):
            yield GivenInstallation(installation)

    return given


@dg.io_manager(config_schema={}, description="各步骤的返回值只在内存里；运行配置里不能指定文件夹")
def kept_in_memory(_context: dg.InitResourceContext) -> dg.InMemoryIOManager:
    """Keep what steps return while the run goes on: the stock one has a folder for it that a run's configuration may name."""
    return dg.InMemoryIOManager()


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
