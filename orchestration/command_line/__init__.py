"""The command ``fangfanpin``: arguments in, Chinese words out. Everything it does can be done on Dagster's page too."""

from orchestration.command_line.commands import main

__all__ = ["main"]
