"""Landing: what departments deliver becomes Parquet in which every row is accounted for.

What belongs here: finding the files of an extract, reading workbooks and delimited text, finding the header, reading cells by
the type in the contract, the account of files and problems, and the pool that lands many extracts side by side.
What does not: business rules (dbt), checks of content (expectations), anything of Dagster, dbt or DuckDB; the worker processes
import this package, and it has to be light.

No message, log line or exception made here carries a value of a cell: file, row, column letter and header name the place.
"""

from orchestration.landing.delivery import delivery_months, extract_files, is_unfinished, unrecognized_files
from orchestration.landing.fingerprint import FileStamp, Sidecar, sha256_of
from orchestration.landing.land import land_extract, landed_digest, rules_now
from orchestration.landing.pool import LandingError, LandingPool
from orchestration.landing.result import FileSummary, LandingResult

__all__ = [
    "FileStamp",
    "FileSummary",
    "LandingError",
    "LandingPool",
    "LandingResult",
    "Sidecar",
    "delivery_months",
    "extract_files",
    "is_unfinished",
    "land_extract",
    "landed_digest",
    "rules_now",
    "sha256_of",
    "unrecognized_files",
]
