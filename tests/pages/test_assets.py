"""What pages bring along: kept for ever by browsers, never mixed up, asked from nobody else."""

import gzip
import re
from hashlib import sha256

import pytest

from gateway import assets

FOR_EVER = "public, max-age=31536000, immutable"


@pytest.fixture
def read_anew():
    """What is read once is read by this test, and once more afterwards."""
    assets.assets.cache_clear()
    yield
    assets.assets.cache_clear()


def test_everything_that_pages_name_is_there():
    missing = assets.PARTS.keys() - assets.assets().keys()
    assert not missing, "`make test` fetches them: did it say why it could not?"


def test_a_page_names_what_it_brings_by_its_content(browser, page):
    mine = browser()
    seen = page(mine.get("/"))
    named = [each["href"] for each in seen.all("link")] + [e["src"] for e in seen.all("script")]
    named += re.findall(r"url\((/.*?)\)", mine.get(named[2]).text)
    assert len(named) == 6
    for address in named:
        told = mine.get(address)
        mark = re.fullmatch(r"/static/[\w-]+\.(\w{12})\.(css|js|svg|woff2)", address)[1]
        assert sha256(told.content).hexdigest().startswith(mark)
        assert told.headers["Cache-Control"] == FOR_EVER


def test_only_what_the_address_says_is_kept_for_ever(browser):
    """A page of yesterday finds the sheet of today rather than none."""
    for address in ("/static/essaim.css", "/static/essaim.0123456789ab.css"):
        told = browser().get(address)
        assert told.status_code == 200 and told.headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("name", ["nothing.css", "essaim.py", "essaim", "..%2Fapp.py", "%00"])
def test_nothing_else_is_handed_out(browser, name):
    assert browser().get(f"/static/{name}").status_code == 404


def test_what_is_text_travels_packed(browser):
    mine = browser()
    packed = mine.get("/static/essaim.css", headers={"Accept-Encoding": "gzip"})
    plain = mine.get("/static/essaim.css", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip" and packed.text == plain.text
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert len(gzip.compress(plain.content)) < len(plain.content) / 3


def test_pages_do_without_what_was_not_fetched(browser, page, monkeypatch, tmp_path, read_anew):
    others = {
        n: [tmp_path / n] for n, parts in assets.PARTS.items() if assets.OTHERS in parts[0].parents
    }
    monkeypatch.setattr(assets, "OTHERS", tmp_path)
    monkeypatch.setattr(assets, "PARTS", assets.PARTS | others)
    told = browser().get("/")
    assert told.status_code == 200 and not page(told).all("script")
    assert browser().get("/static/htmx.js").status_code == 404


def test_nothing_is_allowed_that_a_strict_policy_forbids(browser, page):
    """htmx would put in a style of its own, and evaluate what attributes say."""
    config = page(browser().get("/")).all("meta", name="htmx-config")[0]["content"]
    for wish in ('"includeIndicatorStyles": false', '"allowEval": false', '"historyCacheSize": 0'):
        assert wish in config
