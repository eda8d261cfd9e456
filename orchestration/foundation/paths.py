"""Where things are. Every path of the project and of an installation is built here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orchestration.foundation.months import Month
from orchestration.foundation.settings import MARTS_VARIABLE, RAW_VARIABLE, STATE_VARIABLE, settings

# Above the packages: the checkout, or where they were installed.
REPOSITORY = Path(__file__).resolve().parents[2]
IS_CHECKOUT = (REPOSITORY / "pyproject.toml").is_file() and (REPOSITORY / "config").is_dir()
# What the packages read besides themselves: in its own folders in a checkout, within the package in a wheel (setup.py).
RESOURCES = REPOSITORY if IS_CHECKOUT else REPOSITORY / "orchestration" / "_shipped"
CONFIG = RESOURCES / "config"
DBT_PROJECT = RESOURCES / "dbt_project"
REQUIREMENTS = RESOURCES / "requirements"

WAREHOUSE_FILE = "warehouse.duckdb"
QUARTERS = "quarters"


def data_folder() -> Path:
    """Return where data is that nobody has named a folder for: of the checkout, or of the folder in which a wheel is run."""
    return (REPOSITORY if IS_CHECKOUT else Path.cwd()) / "data"


@dataclass(frozen=True)
class Installation:
    """The three folders that make one independent installation.

    Attributes:
        raw: deliveries, ``<raw>/<YYYY-MM>/<department>/``; read, and added to by ``collect`` alone.
        marts: publications and ``current.duckdb``.
        state: archive, landed files, work database, run history.
    """

    raw: Path
    marts: Path
    state: Path

    @classmethod
    def at(cls, raw: Path, marts: Path, state: Path | None = None) -> Installation:
        """Return the installation of these folders; ``state`` defaults to ``<marts>/.state``."""
        marts = marts.resolve()
        return cls(raw.resolve(), marts, (state or marts / ".state").resolve())

    @classmethod
    def from_environment(cls) -> Installation:
        """Return the installation named by the environment, by default ``raw`` and ``marts`` in the ``data_folder``."""
        named = settings()
        return cls.at(named.raw or data_folder() / "raw", named.marts or data_folder() / "marts", named.state)

    def environment(self) -> dict[str, str]:
        """Return the variables that make a child process (the Dagster web page, a daemon) use this installation."""
        return {RAW_VARIABLE: str(self.raw), MARTS_VARIABLE: str(self.marts), STATE_VARIABLE: str(self.state)}

    @property
    def archive(self) -> Path:
        """Delivered bytes, one file per SHA-256."""
        return self.state / "archive"

    @property
    def landed(self) -> Path:
        """Landed rows: ``<landed>/<extract>/<YYYY-MM>.parquet``."""
        return self.state / "landed"

    @property
    def settled(self) -> Path:
        """Which deliveries a run has landed and checked, and what they were then."""
        return self.landed / "settled.json"

    @property
    def reference(self) -> Path:
        """The facts of ``config/`` as Parquet, for SQL."""
        return self.state / "reference"

    @property
    def warehouse(self) -> Path:
        """The work database that dbt alone writes."""
        return self.state / WAREHOUSE_FILE

    @property
    def expectations(self) -> Path:
        """Results of Great Expectations: ``<expectations>/<extract>/<YYYY-MM>.json``, those of the rules under ``checks``."""
        return self.state / "expectations"

    @property
    def checks(self) -> Path:
        """What the data-logic rules found: of every month as known then, and what the present run may see of it."""
        return self.state / "checks"

    @property
    def computed(self) -> Path:
        """What each month rested on when it was last computed: ``<computed>/<YYYY-MM>.json``."""
        return self.state / "computed"

    @property
    def current_record(self) -> Path:
        """What ``current`` was when it was made."""
        return self.state / "current.json"

    @property
    def analysts_record(self) -> Path:
        """What ``analysts`` was when it was made, and of what."""
        return self.state / "analyst.json"

    @property
    def token_key(self) -> Path:
        """The secret key of the tokens in the analysts' edition."""
        return settings().key_file or self.state / "token.key"

    @property
    def audit_log(self) -> Path:
        """Every edition and export, a line each, chained; beside it what the last line was."""
        return self.state / "audit" / "log.jsonl"

    @property
    def run_lock(self) -> Path:
        """Held by a run of the command line while it works on the installation."""
        return self.state / "run.lock"

    @property
    def outbox(self) -> Path:
        """Messages to departments and towns: ``<outbox>/<YYYY-MM-DD>/<recipient>.txt``."""
        return self.state / "outbox"

    @property
    def quarters(self) -> Path:
        """The lists of each quarter, copies of what was published: ``<quarters>/<YYYY>Q<n>/v<NN>/``."""
        return self.marts / QUARTERS

    @property
    def dagster_home(self) -> Path:
        """Run history, event log and schedule state of Dagster."""
        return self.state / "dagster"

    @property
    def dbt_target(self) -> Path:
        """What dbt compiles and its manifest."""
        return self.state / "dbt"

    @property
    def run_request(self) -> Path:
        """What the run in progress, or the last one, computes."""
        return self.state / "run.request.json"

    @property
    def run_holder(self) -> Path:
        """Who took ``run_lock``, as long as it is held; a killed run leaves it."""
        return self.state / "run.holder.json"

    @property
    def current(self) -> Path:
        """The bureau's database."""
        return self.marts / "current.duckdb"

    @property
    def analysts(self) -> Path:
        """The analysts' edition of it: nobody's name or number."""
        return (settings().analysts or self.marts) / "analyst.duckdb"

    @property
    def analysts_dictionary(self) -> Path:
        """What is in the analysts' edition, as a page beside it."""
        return self.analysts.with_name("分析库数据字典.html")

    def landed_extract(self, extract: str, month: Month) -> Path:
        """Return where the accepted rows of one extract of one delivery are landed."""
        return self.landed / extract / f"{month}.parquet"

    def landed_account(self, table: str, extract: str, month: Month) -> Path:
        """Return where an account of intake (``intake_files``, ``intake_problems``) of one extract and delivery is landed."""
        return self.landed / table / f"{extract}__{month}.parquet"
