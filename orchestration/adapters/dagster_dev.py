"""``dagster dev`` with our page in the place of Dagster's (Dagster 1.13).

``dagster._cli.dev`` starts its web server by ``open_ipc_subprocess`` as ``python -m dagster_webserver``, and has no option for
another. The name of the module is exchanged in that call; when it is gone, see how ``dev_command_impl`` starts its server.
``python -m orchestration.adapters.dagster_dev dev …`` is ``dagster dev …``.
"""

from __future__ import annotations

import runpy
from collections.abc import Sequence
from typing import Any

from dagster._cli import dev

import orchestration.adapters.dagster_folders  # noqa: F401  before any instance is opened

THEIRS, OURS = "dagster_webserver", "orchestration.adapters.dagster_page"
_start = dev.open_ipc_subprocess


def start(command: Sequence[str], **options: Any) -> Any:
    """Start a process of ``dagster dev``."""
    return _start([OURS if part == THEIRS else part for part in command], **options)


setattr(dev, "open_ipc_subprocess", start)  # noqa: B010  its type is that of the other

if __name__ == "__main__":
    runpy.run_module("dagster", run_name="__main__", alter_sys=True)
