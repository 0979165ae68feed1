"""The menu marks the one entry that a page belongs under."""

import re

import pytest

from banyan.doors.pages.shell import ConsoleFrame, Language, MenuItem, Pages
from banyan.doors.pages.shell.gallery.samples import build_values

_menu = (
    MenuItem(label="Today", href="/console"),
    MenuItem(
        label="Goods",
        children=(
            MenuItem(label="Stock", href="/console/stock"),
            MenuItem(label="Files", href="/console/stock-files"),
        ),
    ),
)


@pytest.mark.parametrize(
    ("path", "href"),
    [
        ("/console", "/console"),
        ("/console?store=1", "/console"),
        ("/console/stock", "/console/stock"),
        ("/console/stock/7?page=2", "/console/stock"),
        ("/console/stock-files", "/console/stock-files"),
        ("/console/me", "/console"),
        ("/consoles", ""),
    ],
)
def test_the_longest_address_wins(path: str, href: str) -> None:
    assert ConsoleFrame(language=Language.EN, path=path, menu=_menu).current_href == href


def test_one_entry_is_marked_and_its_group_open() -> None:
    frame = ConsoleFrame(language=Language.EN, path="/console/stock/7", menu=_menu)
    html = Pages().render("shell/gallery/console_parts.html", frame, **build_values(Language.EN))
    (nav,) = re.findall(r'<nav class="menu".*?</nav>', html, re.DOTALL)
    assert re.findall(r'href="([^"]+)" aria-current="page"', nav) == ["/console/stock"]
    assert '<details class="menu-group" open>' in nav


def test_a_page_that_is_nowhere_in_the_menu_opens_no_group() -> None:
    assert not any(entry.holds("") for entry in _menu)
