"""Builds the site of these pages into build/site, and reads what was built: a link that leads nowhere fails.

The pages keep the paths that they have in the repository, so that a link holds on GitHub and on the site.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "build" / "pages"
SITE = ROOT / "build" / "site"

SHOWN = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "Dockerfile", "docs", "deploy")
"""The pages, and what they link to."""

_PROGRAMS = shutil.ignore_patterns("*.py", "__pycache__", "secrets")
_FETCHED = {("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "srcset")}


def copy_pages(pages: Path = PAGES) -> None:
    shutil.rmtree(pages, ignore_errors=True)
    for name in SHOWN:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, pages / name, ignore=_PROGRAMS)
        else:
            pages.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, pages / name)


class _Page(HTMLParser):
    """What a page links to, what it fetches, and the places in it that can be linked to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.navigation: set[str] = set()
        self.fetched: set[str] = set()
        self._navs = 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if value}
        self._navs += tag == "nav"
        if "id" in given:
            self.ids.add(given["id"])
        if tag == "a" and "href" in given:
            self.links.add(given["href"])
            if self._navs:
                self.navigation.add(given["href"])
        if tag == "link" and given.get("rel") not in ("canonical", "prev", "next"):
            self.fetched.add(given["href"])
        self.fetched |= {given[name] for what, name in _FETCHED if what == tag and name in given}

    def handle_endtag(self, tag: str) -> None:
        self._navs -= tag == "nav"

    def target(self, link: str) -> Path:
        path = unquote(urlsplit(link).path)
        return (self.path.parent / path).resolve() if path else self.path


def complaints(site: Path = SITE) -> Iterator[str]:
    """What is wrong with the built site, in words."""
    # The page for what is not there links from the top of whatever it is served under.
    pages = {path: _Page(path) for path in sorted(site.resolve().rglob("*.html")) if path.name != "404.html"}
    for page in pages.values():
        name = page.path.relative_to(site.resolve())
        yield from (f"{name}: {link} leads nowhere" for link in sorted(page.links) if not _leads(page, link, pages))
        for link in sorted(page.fetched):
            if urlsplit(link).netloc:
                yield f"{name}: fetches {link} from elsewhere"
            elif not page.target(link).is_file():
                yield f"{name}: {link} is missing"
    home = pages[site.resolve() / "index.html"]
    shown = {home.target(link) for link in home.navigation}
    yield from (
        f"{path.relative_to(site.resolve())}: not in `nav` of mkdocs.yml" for path in pages if path not in shown
    )


def _leads(page: _Page, link: str, pages: dict[Path, _Page]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True
    target = page.target(link)
    if not parts.fragment or target not in pages:
        return target.is_file()
    # Browsers know `#__` and the like of the theme's own; others are headings.
    return unquote(parts.fragment) in pages[target].ids


def build() -> int:
    copy_pages()
    shutil.rmtree(SITE, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "zensical", "build", "--clean", "--strict"], cwd=ROOT, check=False)
    if done.returncode:
        return done.returncode
    found = [*complaints()]
    print("\n".join(found), file=sys.stderr) if found else print(f"{SITE.relative_to(ROOT)} is whole.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(build())
