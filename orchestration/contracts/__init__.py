"""The facts under ``config/``, loaded and validated.

What belongs here: pydantic models of contracts, code lists, parameters, holidays, fields and marts, and their loaders.
What does not: anything that reads deliveries or touches Dagster, dbt or DuckDB. Of ours it imports nothing but ``paths``.
"""

from orchestration.contracts.code_list import CodeList, load_code_lists
from orchestration.contracts.county import County, Department, Town, load_county
from orchestration.contracts.extract import Column, ExtractContract, load_extracts
from orchestration.contracts.holiday import HolidayYear, load_holidays
from orchestration.contracts.mart import (
    SQL_TYPES,
    Field,
    MartContract,
    list_labels,
    load_fields,
    load_marts,
    load_publication_lists,
    mart_fields,
)
from orchestration.contracts.names import fold_name
from orchestration.contracts.parameter import DatedValue, PolicyParameter, load_parameters
from orchestration.contracts.trace import EVERY_ITEM, TracedList, Traces, load_traces
from orchestration.foundation.config_error import ConfigError

__all__ = [
    "EVERY_ITEM",
    "SQL_TYPES",
    "CodeList",
    "Column",
    "ConfigError",
    "County",
    "DatedValue",
    "Department",
    "ExtractContract",
    "Field",
    "HolidayYear",
    "MartContract",
    "PolicyParameter",
    "Town",
    "TracedList",
    "Traces",
    "fold_name",
    "list_labels",
    "load_code_lists",
    "load_county",
    "load_extracts",
    "load_fields",
    "load_holidays",
    "load_marts",
    "load_parameters",
    "load_publication_lists",
    "load_traces",
    "mart_fields",
]
