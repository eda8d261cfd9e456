"""A parsed dbt project read again from dbt's own file (dbt-core 1.11). Importing this module imports parts of dbt.

- ``Manifest`` (``dbt.contracts.graph.manifest``) and ``Manifest.from_msgpack``: the public ``dbtRunner(manifest=…)`` takes a
  manifest of the same process; nothing public reads one back from a file, and parsing in every process costs seconds.
- ``partial_parse.msgpack`` (``dbt.constants.PARTIAL_PARSE_FILE_NAME``): the file that ``dbt parse`` leaves in its target
  folder. Only the version that wrote it is sure to read it: after an upgrade of dbt, ``dbt_project/target/parsed`` is removed.

When they change: ``ManifestLoader.read_manifest_for_partial_parse`` in ``dbt/parser/manifest.py``, which reads the same file.
"""

from pathlib import Path

from dbt.contracts.graph.manifest import Manifest

__all__ = ["Manifest", "kept_manifest"]

_FILE = "partial_parse.msgpack"


def kept_manifest(target: Path) -> Manifest:
    """Return the manifest that ``dbt parse`` left in a target folder."""
    return Manifest.from_msgpack((target / _FILE).read_bytes())
