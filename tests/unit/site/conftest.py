"""What tests of the site publish."""

from __future__ import annotations

from tests.unit.publishing_fixtures import configuration_read_once, installation, publish, published

__all__ = ["configuration_read_once", "installation", "publish", "published"]
