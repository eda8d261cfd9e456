"""Outlines of the county's towns, where the county supplies them: for the map on its page, and for nothing else.

``config/town_outlines.geojson`` has none: which boundaries are public differs, and an outline is to be read, not measured.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from orchestration.contracts.county import load_county
from orchestration.contracts.yaml_file import own_place, raise_all, shown
from orchestration.foundation.config_error import ConfigError
from orchestration.foundation.overlay import kept_by_overlay
from orchestration.foundation.paths import CONFIG

FILE = "town_outlines.geojson"
# Points of all outlines together: a page is to stay small, and a town of thousands looks like one of a hundred.
MOST_POINTS = 20_000
_KINDS = ("Polygon", "MultiPolygon")

Ring = list[tuple[float, float]]


@dataclass(frozen=True)
class Outline:
    """Outline of a town.

    Attributes:
        geometry: GeoJSON in the plane, x already narrowed by the latitude.
        centre: where the town's name stands.
    """

    geometry: dict[str, Any]
    centre: tuple[float, float]


@kept_by_overlay
def load_outlines() -> dict[str, Outline]:
    """Return the outline of each town that has one, by the town's name; empty where the county supplies none.

    Raises:
        ConfigError: the file is no GeoJSON of the county's towns, with every problem.
    """
    path = own_place(FILE) or CONFIG / FILE
    try:
        content = json.loads(path.read_bytes())
        features = content["features"] if content["type"] == "FeatureCollection" else None
    except (ValueError, KeyError, TypeError):
        features = None
    if not isinstance(features, list):
        raise ConfigError(f"{shown(path)}: 应是 GeoJSON 的 FeatureCollection（用 UTF-8 保存，不压缩）")
    towns = {town.code: town.name for town in load_county().towns}
    problems: list[str] = []
    polygons: dict[str, list[list[Ring]]] = {}
    for place, feature in enumerate(features, start=1):
        try:
            code, rings = _feature(feature)
        except (ValueError, KeyError, TypeError, IndexError):
            problems.append(f"{shown(path)}: 第{place}个 feature 应有 properties.code 和 Polygon 或 MultiPolygon 的 geometry")
            continue
        if code not in towns:
            problems.append(f"{shown(path)}: 第{place}个 feature 的代码 {code} 不是本县的乡镇；代码见 county.yml")
        elif towns[code] in polygons:
            problems.append(f"{shown(path)}: {code} 有两个 feature，应合成一个 MultiPolygon")
        else:
            polygons[towns[code]] = rings
    points = [point for rings in polygons.values() for ring in _rings(rings) for point in ring]
    if len(points) > MOST_POINTS:
        problems.append(f"{shown(path)}: 共 {len(points)} 个点，超过 {MOST_POINTS}；请先简化边界（如 mapshaper -simplify 10%）")
    raise_all(problems)
    narrowed = math.cos(math.radians(sum(y for _, y in points) / len(points))) if points else 1.0
    return {town: _outline(rings, narrowed) for town, rings in polygons.items()}


def _feature(feature: Any) -> tuple[str, list[list[Ring]]]:
    kind, coordinates = feature["geometry"]["type"], feature["geometry"]["coordinates"]
    if kind not in _KINDS:
        raise ValueError(kind)
    polygons = [coordinates] if kind == "Polygon" else coordinates
    found = [[[(float(point[0]), float(point[1])) for point in ring] for ring in polygon] for polygon in polygons]
    if not all(len(ring) >= 4 and all(map(math.isfinite, point)) for ring in _rings(found) for point in ring):
        raise ValueError("ring")
    return str(feature["properties"]["code"]), found


def _rings(polygons: list[list[Ring]]) -> Iterator[Ring]:
    for polygon in polygons:
        yield from polygon


def _outline(polygons: list[list[Ring]], narrowed: float) -> Outline:
    plane = [[[(round(x * narrowed, 4), round(y, 4)) for x, y in ring] for ring in polygon] for polygon in polygons]
    largest = max((polygon[0] for polygon in plane), key=lambda ring: abs(_area(ring)))
    return Outline({"type": "MultiPolygon", "coordinates": plane}, _centre(largest))


def _area(ring: Ring) -> float:
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairwise(ring)) / 2


def _centre(ring: Ring) -> tuple[float, float]:
    """Return the centre of gravity of a ring; of one without an area the first point."""
    area = _area(ring)
    if not area:
        return ring[0]
    sums = [0.0, 0.0]
    for (x, y), (next_x, next_y) in pairwise(ring):
        cross = x * next_y - next_x * y
        sums = [sums[0] + (x + next_x) * cross, sums[1] + (y + next_y) * cross]
    return round(sums[0] / (6 * area), 4), round(sums[1] / (6 * area), 4)
