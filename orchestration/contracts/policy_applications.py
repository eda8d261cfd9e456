"""How households apply for the policies of their cards, and what of each may be posted."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, TypeAdapter, ValidationError

from orchestration.contracts.yaml_file import Model, describe, read_yaml
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.paths import CONFIG


class PolicyApplication(Model):
    """What a card says of a policy beside the figures.

    Attributes:
        how: in Chinese, how to apply.
        posted: whether lines of the policy may be posted: whole, without their detail, or not.
        not_details: lines whose detail begins so may not be posted.
    """

    how: str = Field(min_length=1, max_length=60)
    posted: Literal["whole", "policy", "not"] = "whole"
    not_details: tuple[str, ...] = ()

    def is_posted(self, detail: str | None) -> bool:
        """Return whether a line of the policy may be posted."""
        return self.posted != "not" and not (detail or "").startswith(self.not_details or ("\0",))


@cache
def load_policy_applications(path: Path = CONFIG / "policy_applications.yml") -> dict[str, PolicyApplication]:
    """Return what is said of every policy, in the order of the card; ``ConfigError`` where the file is wrong."""
    try:
        return TypeAdapter(dict[str, PolicyApplication]).validate_python(read_yaml(path))
    except ValidationError as error:
        raise ConfigError("\n".join(describe(error, path))) from error
