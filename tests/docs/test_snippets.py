"""What pages show of the source is still there, and their links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    ]
)
SNIPPET = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def list_snippets() -> Iterator[tuple[str, str, str]]:
    for page in PAGES:
        for file, text in SNIPPET.findall(page.read_text()):
            yield page.name, file, text


def slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize(("page", "file", "text"), list(list_snippets()))
def test_a_snippet_is_in_its_file(page: str, file: str, text: str) -> None:
    source = (ROOT / file).read_text()
    at = 0
    for part in re.split(r"^\.\.\.\n", text, flags=re.MULTILINE):
        found = source.find(part, at)
        assert found >= 0, f"{page}: no longer in {file}:\n{part}"
        at = found + len(part)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(FENCE.sub("", page.read_text())):
        if "://" in link:
            continue
        name, _, part = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{page.name}: {link}"
        if part:
            headings = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)
            assert part in {slug(one) for one in headings}, f"{page.name}: {link}"


def test_the_index_leads_to_every_page() -> None:
    index = (ROOT / "docs" / "index.md").read_text()
    pages = [one.relative_to(ROOT / "docs") for one in (ROOT / "docs").rglob("*.md")]
    left = [str(one) for one in pages if one.parts[0] not in {"decisions", "index.md"}]
    assert not [name for name in left if f"({name})" not in index]
