"""Landing: what departments deliver becomes Parquet in which every row is accounted for.

What belongs here: finding the files of an extract, reading workbooks and delimited text, finding the header, reading cells by
the type in the contract, the account of files and problems, and the pool that lands many extracts side by side.
What does not: business rules (dbt), checks of content (expectations), anything of Dagster, dbt or DuckDB; the worker processes
import this package, and it has to be light.

No message, log line or exception made here carries a value of a cell: file, row, column letter and header name the place.
"""

from orchestration.landing.delivery import (
    DeliveredFile,
    Kind,
    delivered_files,
    delivery_months,
    extract_files,
    files_to_read,
    found_below,
)
from orchestration.landing.fingerprint import FileStamp, Sidecar
from orchestration.landing.land import archived, kept_digest, land_extract, landed_digest, rules_now
from orchestration.landing.naming import claim, is_unfinished
from orchestration.landing.plain_files import LARGEST_DIGESTED, sha256_of
from orchestration.landing.pool import LandingError, LandingPool, MachineError
from orchestration.landing.problems import printable
from orchestration.landing.recognition import Recognition, shown_name
from orchestration.landing.result import FileSummary, LandingResult
from orchestration.landing.soundness import (
    damaged_extracts,
    damaged_originals,
    landed_months,
    landed_originals,
    mend_originals,
)
from orchestration.landing.strangers import NO_FILE, OddEntry, Stranger, odd_entries, unrecognized_files, write_unrecognized

__all__ = [
    "LARGEST_DIGESTED",
    "NO_FILE",
    "DeliveredFile",
    "FileStamp",
    "FileSummary",
    "Kind",
    "LandingError",
    "LandingPool",
    "LandingResult",
    "MachineError",
    "OddEntry",
    "Recognition",
    "Sidecar",
    "Stranger",
    "archived",
    "claim",
    "damaged_extracts",
    "damaged_originals",
    "delivered_files",
    "delivery_months",
    "extract_files",
    "files_to_read",
    "found_below",
    "is_unfinished",
    "kept_digest",
    "land_extract",
    "landed_digest",
    "landed_months",
    "landed_originals",
    "mend_originals",
    "odd_entries",
    "printable",
    "rules_now",
    "sha256_of",
    "shown_name",
    "unrecognized_files",
    "write_unrecognized",
]
