"""Checks of assets that people can read: a code and a title in Chinese as name, and the partition (Dagster 1.13).

Dagster takes any text as the name of a check, but makes of it the name of an output: letters, digits and ``_``. It asks
``AssetCheckSpec.get_python_identifier`` for that; the subclass gives the code alone.

``partitions_def`` of a check is a preview of Dagster: a warning says so at every start, and an evaluation names the partition
only in a run of one. Where it is gone, leave it out: the metadata of an evaluation name the month too.
"""

from __future__ import annotations

import warnings

import dagster as dg


class NamedCheckSpec(dg.AssetCheckSpec):
    """A check whose name begins with a code, followed by a space and words in any script."""

    def get_python_identifier(self) -> str:
        """Return what the output of the check is called."""
        return f"{self.asset_key.to_python_identifier()}_{self.name.split(' ')[0]}"


def check_name(code: str, title: str) -> str:
    """Return what a check is called: ``A01 证件号码为空或占位``."""
    return f"{code} {title}"


def named_check(
    code: str, title: str, *, asset: dg.AssetKey, description: str, partitions: dg.PartitionsDefinition
) -> dg.AssetCheckSpec:
    """Return a check on a partitioned asset, called by its code and title."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return NamedCheckSpec(check_name(code, title), asset=asset, description=description, partitions_def=partitions)
