"""dbt-spark (1.11) in this process. Importing this module imports parts of dbt: only where Spark is asked for.

- ``SparkAdapter.python_submission_helpers``, ``default_python_submission_method``: where Python models run. dbt-spark knows the
  services of one vendor only; here they run in the driver, in the session that runs the SQL.
- ``SparkCredentials.__post_init__``: sets ``spark.sql.ansi.enabled`` to false whatever the profile says, so that text which is
  no number would be null in silence; DuckDB refuses it, and so does Spark by its own default.

When they change: ``dbt/adapters/spark/impl.py`` and ``connections.py``; ``submit_python_job`` in ``dbt/adapters/base/impl.py``.
"""

from __future__ import annotations

from typing import Any

from dbt.adapters.base import PythonJobHelper
from dbt.adapters.spark.connections import SparkCredentials
from dbt.adapters.spark.impl import SparkAdapter

_IN_DRIVER = "driver"
_ANSI = "spark.sql.ansi.enabled"
_post_init = SparkCredentials.__post_init__


class _InDriver(PythonJobHelper):
    """Runs a Python model, as dbt has compiled it, in this process."""

    def __init__(self, parsed_model: dict[str, Any], credential: SparkCredentials) -> None:
        self._name = str(parsed_model["alias"])

    def submit(self, compiled_code: str) -> None:
        """Run the model; what it returns is written by the code that dbt has put behind it."""
        from pyspark.sql import SparkSession

        code = compile(compiled_code, self._name, "exec")
        exec(code, {"spark": SparkSession.active(), "__name__": self._name})  # noqa: S102  our own model


def _strict(credentials: SparkCredentials) -> None:
    _post_init(credentials)
    credentials.server_side_parameters[_ANSI] = "true"


def in_this_process() -> None:
    """Have dbt-spark run Python models in the driver and refuse what cannot be cast."""
    SparkAdapter.python_submission_helpers = property(lambda _: {_IN_DRIVER: _InDriver})
    SparkAdapter.default_python_submission_method = property(lambda _: _IN_DRIVER)
    SparkCredentials.__post_init__ = _strict
