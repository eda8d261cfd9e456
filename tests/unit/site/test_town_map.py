"""Outlines of towns that a county supplies, of two invented ones, and the map that is made of them."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts import ConfigError
from orchestration.contracts.outline import FILE, load_outlines
from orchestration.contracts.overlaid import check_overlay
from orchestration.documents.suppression import FEW
from orchestration.foundation.months import Month
from orchestration.foundation.overlay import laid_over
from orchestration.site.figures import CountyFigures, Missing
from orchestration.site.sections import town_map


def square(code: str, west: float) -> dict[str, Any]:
    ring = [[west, 24.0], [west + 0.1, 24.0], [west + 0.1, 24.1], [west, 24.1], [west, 24.0]]
    return {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def overlay(folder: Path, *features: Any) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return folder


def figures(**warned: Decimal | object) -> CountyFigures:
    month = Month("2023-07")
    cells: Any = {(month, town, "warning_households"): value for town, value in warned.items()}
    return CountyFigures(month, "全县", list(warned), cells, [month], [], [], {}, Missing([], [], 0, []))


def test_without_outlines_there_is_no_map() -> None:
    assert load_outlines() == {}
    assert town_map(figures(遥田镇=Decimal(3)), {}).chart == ""


def test_each_town_has_its_outline_its_name_and_its_households(tmp_path: Path) -> None:
    with laid_over(overlay(tmp_path, square("440233104", 114.0), square("440233103", 114.2))):
        check_overlay()
        outlines = load_outlines()
    assert list(outlines) == ["遥田镇", "沙田镇"]
    x, y = outlines["遥田镇"].centre
    assert (x, y) == (pytest.approx(114.05 * math.cos(math.radians(24.05)), abs=0.05), 24.05)  # narrowed by the latitude
    drawn = town_map(figures(遥田镇=Decimal(12), 沙田镇=FEW), outlines)
    assert drawn.sentence == "预警户最多的是遥田镇12户；1个镇街数小不列。"
    assert "遥田镇 12" in drawn.chart and "沙田镇 ＊" in drawn.chart
    assert "<desc>遥田镇12；沙田镇＊。</desc>" in drawn.chart


def test_what_is_wrong_with_outlines_is_told_at_once(tmp_path: Path) -> None:
    twice, foreign, flat = square("440233104", 114.0), square("360899001", 114.0), {"type": "Feature", "properties": {}}
    with laid_over(overlay(tmp_path, twice, twice, foreign, flat)), pytest.raises(ConfigError) as error:
        check_overlay()
    told = str(error.value)
    assert all(part in told for part in ("有两个 feature", "360899001 不是本县的乡镇", "第4个 feature 应有"))


@pytest.mark.parametrize("content", ["no json", "[]", '{"type": "Topology"}'])
def test_a_file_that_is_no_geojson_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    with laid_over(tmp_path), pytest.raises(ConfigError, match="FeatureCollection"):
        check_overlay()
