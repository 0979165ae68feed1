"""Every shell and macro draws in both languages, whole or one block of it."""

import re
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError
from typing_extensions import override

from banyan.doors.pages.shell import Chart, Language, Pages, PhoneFrame, Series
from banyan.doors.pages.shell.assets import pages_folder
from banyan.doors.pages.shell.gallery.samples import build_frame, build_values

_gallery = pages_folder / "shell" / "gallery"
_names = sorted(one.stem for one in _gallery.glob("*.html"))
_void = {"meta", "link", "input", "img", "br", "hr", "path", "circle", "rect", "line", "ellipse"}


class Reader(HTMLParser):
    """Reads a page as strictly as we write it: every element is closed, every id is one."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.pointers: list[str] = []
        self.unnamed: list[str] = []
        self.wrong: list[str] = []
        self.feed(html)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            self.pointers += (given.get(name) or "").split()
        if tag == "img" and "alt" not in given:
            self.unnamed.append(str(attrs))
        if tag not in _void:
            self.open.append(tag)

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A drawing's element closes itself."""

    @override
    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")


@pytest.fixture(scope="module")
def pages() -> Pages:
    return Pages()


def draw(pages: Pages, name: str, language: Language) -> str:
    frame = build_frame(name.partition("_")[0], language, "/console")
    return pages.render(f"shell/gallery/{name}.html", frame, **build_values(language))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", _names)
def test_every_sample_is_sound(pages: Pages, name: str, language: Language) -> None:
    html = draw(pages, name, language)
    assert f'<html lang="{language.tag}">' in html
    read = Reader(html)
    assert (read.wrong, read.open, read.unnamed) == ([], [], [])
    assert len(read.ids) == len(set(read.ids))
    assert set(read.pointers) <= set(read.ids)


def test_the_shell_speaks_chinese(pages: Pages) -> None:
    """What a Chinese page of the console says in English can only be a name."""
    html = draw(pages, "console_orders", Language.ZH)
    for english in ("Skip to the content", "All stores", "Sign out", "Search", "Select all"):
        assert english not in html


def test_the_gallery_draws_every_macro() -> None:
    macros = pages_folder / "shell" / "macros"
    drawn = "".join(one.read_text() for one in (pages_folder / "shell").rglob("*.html"))
    missing = [
        f"{file.stem}.{name}"
        for file in macros.glob("*.html")
        for name in re.findall(r"{% macro ([a-z]\w*)\(", file.read_text())
        if not re.search(rf"\b{file.stem}\.{name}\(|(?<!macro ){name}\(", drawn)
    ]
    assert missing == []


def test_one_block_alone(pages: Pages) -> None:
    frame = build_frame("console", Language.EN, "/console/orders")
    values = build_values(Language.EN)
    part = pages.render_block("shell/gallery/console_orders.html", "results", frame, **values)
    assert part.lstrip().startswith('<div class="table-block" id="results">')
    assert "<html" not in part
    with pytest.raises(KeyError):
        pages.render_block("shell/gallery/console_orders.html", "nothing", frame, **values)


def test_a_value_that_is_not_given_is_our_mistake(pages: Pages) -> None:
    frame = build_frame("phone", Language.EN, "/")
    with pytest.raises(UndefinedError):
        pages.render("shell/gallery/phone_home.html", frame)


def test_what_people_typed_is_only_text(pages: Pages) -> None:
    evil = '"><script>alert(1)</script>'
    frame = PhoneFrame(language=Language.EN, path=evil, person_name=evil, banner=evil)
    html = pages.render("shell/gallery/phone_me.html", frame, **build_values(Language.EN))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_chart_carries_hostile_names_as_text(pages: Pages) -> None:
    evil = "'><img src=x onerror=alert(1)>"
    chart = Chart(kind="bar", labels=(evil,), series=(Series(name=evil, values=(1,)),))
    values = build_values(Language.EN)
    values["charts"] = dict.fromkeys(
        ("takings", "funnel", "channels", "cohorts", "products", "hours"), chart
    )
    frame = build_frame("console", Language.EN, "/console")
    html = pages.render("shell/gallery/console_today.html", frame, **values)
    assert "<img src=x" not in html


def test_a_chart_needs_a_value_for_each_label() -> None:
    with pytest.raises(ValueError, match="every series"):
        Chart(kind="bar", labels=("a", "b"), series=(Series(name="one", values=(1,)),))


def test_a_chart_knows_when_it_is_empty() -> None:
    nothing = Chart(kind="line", labels=("a",), series=(Series(name="one", values=(None,)),))
    assert nothing.is_empty
    assert not Chart(kind="line", labels=("a",), series=(Series(name="o", values=(3,)),)).is_empty
