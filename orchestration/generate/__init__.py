"""Files that are made from ``config/``: dbt sources, staging models, the parameter model, mart contracts, column lineage.

What belongs here: templates and the writing of generated files. What does not: rules; a model that decides is written by hand.
``python -m orchestration.generate`` writes the files; ``stale_files()`` names those that no longer equal what config says.
"""

from orchestration.generate.dbt_files import generated_files, lineage_files, stale_files, write_files

__all__ = ["generated_files", "lineage_files", "stale_files", "write_files"]
