"""The site is built from the pages, and a link that leads nowhere is found."""

from collections.abc import Callable
from pathlib import Path

import pytest

from docs.website import complaints, copy_pages
from tests.docs.fences import ROOT

HOME = '<nav><a href="index.html">Home</a><a href="docs/page.html#there">Page</a></nav><link href="a.css">'
PAGE = '<nav><a href="../index.html">Home</a></nav><h2 id="there">There</h2><img src="../a.png">'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "index.html").write_text(HOME, encoding="utf-8")
    (tmp_path / "docs" / "page.html").write_text(PAGE, encoding="utf-8")
    for name in ("a.css", "a.png"):
        (tmp_path / name).touch()
    return tmp_path


def test_a_whole_site_has_no_complaints(site: Path) -> None:
    """Relative links, anchors, images and styles that are there."""
    assert [*complaints(site)] == []


def added(text: str) -> Callable[[Path], None]:
    def change(site: Path) -> None:
        page = site / "docs" / "page.html"
        page.write_text(PAGE + text, encoding="utf-8")

    return change


def a_page_without_a_place(site: Path) -> None:
    (site / "docs" / "other.html").write_text(PAGE, encoding="utf-8")


BROKEN = {
    "a page": (added('<a href="missing.html">x</a>'), "docs/page.html: missing.html leads nowhere"),
    "an anchor": (
        added('<a href="../index.html#gone">x</a>'),
        "docs/page.html: ../index.html#gone leads nowhere",
    ),
    "an anchor of its own": (added('<a href="#gone">x</a>'), "docs/page.html: #gone leads nowhere"),
    "a file": (added('<a href="../deploy/nginx.conf">x</a>'), "docs/page.html: ../deploy/nginx.conf leads nowhere"),
    "an image": (added('<img src="b.png">'), "docs/page.html: b.png is missing"),
    "a font": (
        added('<link rel="stylesheet" href="https://fonts.example.com/a.css">'),
        "docs/page.html: fetches https://fonts.example.com/a.css from elsewhere",
    ),
    "a script": (
        added('<script src="https://cdn.example.com/a.js"></script>'),
        "docs/page.html: fetches https://cdn.example.com/a.js from elsewhere",
    ),
    "the navigation": (a_page_without_a_place, "docs/other.html: not in `nav` of mkdocs.yml"),
}


@pytest.mark.parametrize(("change", "told"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_told(site: Path, change: Callable[[Path], None], told: str) -> None:
    """`make site` fails with it."""
    change(site)

    assert [*complaints(site)] == [told]


def test_programs_are_no_pages(tmp_path: Path) -> None:
    """What generates the pages stands beside them."""
    copy_pages(tmp_path / "pages")

    assert [*(tmp_path / "pages").rglob("*.py")] == []
    for name in ("README.md", "CHANGELOG.md", "docs/index.md", "docs/session.svg", "deploy/nginx.conf"):
        assert (tmp_path / "pages" / name).read_bytes() == (ROOT / name).read_bytes()
