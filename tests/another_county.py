"""An invented county beside the one of ``config/``: its overlay, as its own people would write it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

COUNTY = """\
code: "360899"
name: 云溪区
province: 江西
city: 吉安
county: 云溪
whole_county_label: 全区
first_delivery: 2023-11
towns:
  - {code: "360899001", name: 白沙街道, aliases: [白沙镇]}
  - {code: "360899100", name: 东江镇, aliases: [东江]}
  - {code: "360899101", name: 西岭乡}
departments:
  - {code: rural_revitalization, name: 区乡村振兴局}
  - {code: civil_affairs, name: 区民政局, aliases: [民政局]}
  - {code: education, name: 区教体局}
"""
WARNING_LINE = """\
values:
  - {from: 2024-01, to: 2024-12, value: 11600, document: 云农组发〔2024〕1号, article: 第2条}
"""
CONTRACT = """\
file_aliases: [低保特困名册]
columns:
  - {name: monthly_amount, aliases: [救助金]}
"""

FILES = {
    "county.yml": COUNTY,
    "parameters/income/warning_line.yml": WARNING_LINE,
    "contracts/civil_affairs/assistance_roll.yml": CONTRACT,
}
TOWNS = ["白沙街道", "东江镇", "西岭乡"]


def write_overlay(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """Write the files of an overlay."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder
