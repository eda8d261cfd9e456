"""Nothing that was delivered becomes markup on the site, no document number stands there, and nothing is fetched."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.publishing_samples import TOWN, finding, household, worker
from tests.unit.site.site_pages import pages_below, published_site

HOSTILE = '张<script>alert(1)</script><img src="http://evil.example/x">"&\''
DOCUMENT, PHONE = "440233198001020019", "13912345678"
# What a page of ours consists of; anything else was delivered.
_ACTIVE = {"iframe", "object", "embed", "link", "base", "form", "img", "video", "audio", "source"}
_SCRIPTS_OF_OURS = "(() => {"
_FETCHED = re.compile(r"@import|url\(\s*[\"']?(?!data:|#)", re.IGNORECASE)
_CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site in whose rows names, villages and what was found are hostile, with a document and a phone in them."""
    number = household(1)["household_id"]
    rows = {
        "household_month": [{"household_id": number, "town": TOWN, "village": HOSTILE, "head_name": HOSTILE}],
        "person_month": [
            {"person_id": "44023310000001", "household_id": number, "town": TOWN, "name": HOSTILE, "person_key": DOCUMENT}
        ],
        "warning_list": [household(1, village=HOSTILE, head_name=HOSTILE), household(2, HOSTILE)],
        "employment_ledger": [worker(1, name=HOSTILE, employer=HOSTILE, phone=PHONE)],
        "data_logic_issues": [
            finding(1, village=HOSTILE, name=HOSTILE, head_name=HOSTILE, found=HOSTILE, expected=HOSTILE, entity_key=DOCUMENT),
            finding(2, HOSTILE, found=PHONE, advice=HOSTILE, check_title=HOSTILE, owner=HOSTILE),
        ],
    }
    return published_site(tmp_path_factory.mktemp("hostile"), rows)


def test_what_was_delivered_is_text_and_never_markup(site: Path) -> None:
    seen = 0
    for path, page in pages_below(site):
        assert not _ACTIVE & set(page.tags), path
        scripts = re.findall(r"<script[^>]*>(.*?)</script>", page.source, flags=re.DOTALL)
        assert all(script.strip().startswith(_SCRIPTS_OF_OURS) for script in scripts), path
        seen += "张&lt;script&gt;alert(1)" in page.source
    assert seen, "no page shows what was delivered, so this test shows nothing"


def test_no_document_number_stands_on_a_page(site: Path) -> None:
    pages = list(pages_below(site))
    # rules say what they found without it (expectations/catalogue); the examples of the handbook are made up
    assert [path for path, page in pages if path.name != "手册.html" and DOCUMENT in page.source] == []
    assert [path for path, page in pages if path.parts[-2] == "会议版" and PHONE in page.source] == []


def test_no_page_would_fetch_anything(site: Path) -> None:
    for path, page in pages_below(site):
        assert page.sources == [], path
        # links stay in the site: neither a scheme nor another host
        assert [link for link in page.links if re.match(r"[a-z][a-z0-9+.-]*:|//|/", link, re.IGNORECASE)] == [], path
        assert not any(_FETCHED.search(style) for style in page.styles), path
        assert "default-src 'none'" in page.source, path


@pytest.mark.skipif(_CHROMIUM is None, reason="no Chromium here: what a browser fetches was not looked at")
def test_a_browser_without_a_network_opens_a_page_and_asks_for_nothing(site: Path, tmp_path: Path) -> None:
    assert _CHROMIUM is not None
    page, log = site / "数据质量报告.html", tmp_path / "net.json"
    # every name and address is one that nobody has, and what the browser did on the network is written down
    done = subprocess.run(
        [
            _CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={tmp_path / 'profile'}", f"--log-net-log={log}", "--dump-dom", page.as_uri(),
        ],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "一、最需要先办的" in done.stdout, done.stderr[-500:]
    asked = re.findall(r'"url":"((?:https?|wss?|ftp):[^"]+)"', log.read_text(encoding="utf-8", errors="replace"))
    assert [url for url in asked if "evil.example" in url or str(site) in url] == []
    of_page = [url for url in asked if not re.search(r"//[^/]*(?:google|gstatic|chromium)[^/]*/", url)]
    assert of_page == []
