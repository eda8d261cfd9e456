"""The keys of all assets: a layer of the warehouse, or a stage of the run, and a name in it."""

import dagster as dg

from orchestration.warehouse.reference import ACCOUNT_TABLES

PUBLICATION_KEY = dg.AssetKey(["publication", "monthly_publication"])
CURRENT_KEY = dg.AssetKey(["publication", "current_database"])
QUARTER_KEY = dg.AssetKey(["publication", "quarter_lists"])


def landed_key(extract: str) -> dg.AssetKey:
    """Return the key of an extract's landed rows, or of an account of intake."""
    return dg.AssetKey(["landed", extract])


def reference_key(table: str) -> dg.AssetKey:
    """Return the key of a reference table."""
    return dg.AssetKey(["reference", table])


def kept_key(table: str) -> dg.AssetKey:
    """Return the key of a table of what earlier months have left."""
    return dg.AssetKey(["kept", table])


def intermediate_key(model: str) -> dg.AssetKey:
    """Return the key of an intermediate model."""
    return dg.AssetKey(["intermediate", model])


def checked_key(table: str) -> dg.AssetKey:
    """Return the key of a table of what the rules found."""
    return dg.AssetKey(["checked", table])


def mart_key(mart: str) -> dg.AssetKey:
    """Return the key of a mart."""
    return dg.AssetKey(["marts", mart])


ACCOUNT_KEYS = {table: landed_key(table) for table in ACCOUNT_TABLES}
