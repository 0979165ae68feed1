"""Posters can be scanned and read, in every layout and format, whatever the shop is called."""

import io
import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageStat

from banyan.base.errors import Invalid
from banyan.wire.qr import (
    Layout,
    Poster,
    draw_poster,
    find_missing,
    render_png,
    render_poster_pdf,
    render_poster_png,
    render_poster_svg,
    render_svg,
    typeface,
)
from banyan.wire.qr.code import make_modules
from banyan.wire.qr.layout import Sheet, Square, Words, break_lines, fit

URL = "https://shop.example.com/c/K7QMXV3PTB9D"
POSTER = Poster(url=URL, shop="榕树茶馆 Banyan Tea", place="正门 · 桌 12")
SVG = "{http://www.w3.org/2000/svg}"

layouts = pytest.mark.parametrize("layout", list(Layout))


def open_png(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def show_pdf(content: bytes, page: int = 0, scale: float = 2) -> Image.Image:
    document = pypdfium2.PdfDocument(content)
    shown: Image.Image = document[page].render(scale=scale).to_pil().convert("RGB")
    return shown


def read_codes(picture: Image.Image) -> list[str]:
    return [one.text for one in zxingcpp.read_barcodes(picture)]


def words_of(sheet: Sheet) -> list[str]:
    return [item.text for item in sheet.items if isinstance(item, Words)]


def test_a_bare_code_says_its_text() -> None:
    assert read_codes(open_png(render_png(URL))) == [URL]
    root = ET.fromstring(render_svg(URL))
    assert root.tag == f"{SVG}svg"
    assert root.attrib["viewBox"] == "0 0 41 41"


@layouts
def test_a_pdf_page_has_the_papers_size_and_its_code_can_be_scanned(layout: Layout) -> None:
    sheet = draw_poster(POSTER, layout)
    content = render_poster_pdf([sheet])
    assert content.startswith(b"%PDF-")
    width, height = pypdfium2.PdfDocument(content)[0].get_size()
    expected = (sheet.width * 72 / 25.4, sheet.height * 72 / 25.4)
    assert (width, height) == pytest.approx(expected, abs=0.01)
    assert read_codes(show_pdf(content)) == [URL]


@layouts
def test_the_letters_are_in_the_pdf_as_text(layout: Layout) -> None:
    sheet = draw_poster(POSTER, layout)
    page = pypdfium2.PdfDocument(render_poster_pdf([sheet]))[0]
    text = page.get_textpage().get_text_range()
    for letter in "榕树茶馆正门桌微信或相机扫一扫":
        assert letter in text
    assert "shop.example.com/c/K7QMXV3PTB9D" in text.replace("\r\n", "")


@layouts
def test_a_png_can_be_scanned_and_has_its_resolution(layout: Layout) -> None:
    sheet = draw_poster(POSTER, layout)
    picture = Image.open(io.BytesIO(render_poster_png(sheet)))
    assert picture.size == (round(sheet.width / 25.4 * 300), round(sheet.height / 25.4 * 300))
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    assert read_codes(picture.convert("RGB")) == [URL]


@layouts
def test_pdf_and_png_look_the_same(layout: Layout) -> None:
    """Chinese letters come out of two programs with one shape: none is a blank or a box."""
    sheet = draw_poster(POSTER, layout)
    size = (round(sheet.width * 3), round(sheet.height * 3))
    paper = show_pdf(render_poster_pdf([sheet]), scale=3).resize(size)
    screen = open_png(render_poster_png(sheet, 220)).resize(size)
    for item in sheet.items:
        if isinstance(item, Words):
            box = ink_box(item)
            one, other = paper.crop(box), screen.crop(box)
            ink = ImageStat.Stat(one.convert("L")).stddev[0]
            assert ink > 20, f"nothing is printed for {item.text}"
            difference = ImageStat.Stat(ImageChops.difference(one, other).convert("L")).mean[0]
            assert difference < ink, f"{item.text} looks different"


def ink_box(words: Words) -> tuple[int, int, int, int]:
    """Where a line stands, in thirds of a millimetre."""
    half = typeface.width(words.text) * words.size / typeface.EM / 2
    edges = (
        words.x - half,
        words.y - words.size * 0.85,
        words.x + half,
        words.y + words.size * 0.1,
    )
    left, top, right, bottom = (round(edge * 3) for edge in edges)
    return left, top, right, bottom


@layouts
def test_an_svg_has_the_modules_and_outlines_and_runs_nothing(layout: Layout) -> None:
    nasty = Poster(url=URL, shop='</title><script>alert("茶")</script>', place="& <b>'桌'</b>")
    sheet = draw_poster(nasty, layout)
    root = ET.fromstring(render_poster_svg(sheet))
    assert root.attrib["width"] == f"{sheet.width}mm"
    used = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert used == {"svg", "title", "desc", "rect", "g", "path"}
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == sheet.title
    *_, code = (one for one in root.findall(f"{SVG}path") if one.attrib["fill"] == "#000000")
    assert modules_of(code.attrib["d"], len(make_modules(URL))) == make_modules(URL)
    outlines = root.findall(f"{SVG}g/{SVG}path")
    assert len(outlines) == sum(len(text.replace(" ", "")) for text in words_of(sheet))


def modules_of(path: str, count: int) -> Sequence[Sequence[int]]:
    rows = [[0] * count for _ in range(count)]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path):
        for column in range(int(x), int(x) + int(length)):
            rows[int(y)][column] = 1
    return rows


def test_a_hundred_tables_are_one_document() -> None:
    sheets = [
        draw_poster(
            Poster(url=f"{URL}{number}", shop="茶", place=f"桌 {number}"), Layout.TABLE_CARD
        )
        for number in range(100)
    ]
    content = render_poster_pdf(sheets)
    assert len(pypdfium2.PdfDocument(content)) == 100
    assert len(content) < 1_000_000
    assert read_codes(show_pdf(content, 99)) == [f"{URL}99"]


LONG_NAMES = (
    "很" * 100,
    "W" * 100,
    "two words " * 10,
    "囍" * 30 + " and more",
    "茶 " * 50,
    "\u200b",
)


@layouts
@pytest.mark.parametrize("name", LONG_NAMES)
def test_long_names_stay_on_the_paper(layout: Layout, name: str) -> None:
    sheet = draw_poster(Poster(url=URL, shop=name, place=name), layout)
    for item in sheet.items:
        if isinstance(item, Words):
            half = typeface.width(item.text) * item.size / typeface.EM / 2
            assert item.x - half >= 0
            assert item.x + half <= sheet.width
            assert item.size <= item.y <= sheet.height
    assert read_codes(show_pdf(render_poster_pdf([sheet]))) == [URL]


@layouts
def test_the_code_is_large_and_stands_in_white(layout: Layout) -> None:
    sheet = draw_poster(POSTER, layout)
    (square,) = (item for item in sheet.items if isinstance(item, Square))
    module = square.size / len(square.modules)
    assert square.size >= 45, "it can be scanned from half a metre"
    picture = open_png(render_poster_png(sheet, 100))
    dots = 100 / 25.4
    for side in (square.x - 3.5 * module, square.x + square.size + 3.5 * module):
        middle = square.y + square.size / 2
        assert picture.getpixel((round(side * dots), round(middle * dots))) == (255,) * 3


def test_rare_letters_print_and_missing_ones_show_that_they_are_missing() -> None:
    assert "".join(letters for _, letters in typeface.runs("囍喆珺垚堍栲①℃é")) == "囍喆珺垚堍栲①℃é"
    assert "".join(letters for _, letters in typeface.runs("a\U00020bb7\0\u202eb")) == "a〓〓〓b"


def test_words_break_between_words_and_between_chinese_letters() -> None:
    assert break_lines("Banyan Tea House", 5_000) == ["Banyan", "Tea House"]
    assert break_lines("榕树茶馆鼓楼店", 4_000) == ["榕树茶馆", "鼓楼店"]
    assert break_lines("Supercalifragilistic", 3_000)[0] != "Supercalifragilistic"
    assert break_lines("", 1_000) == [""]
    lines, size = fit("榕树茶馆", 100, 50, 20)
    assert (lines, size) == (["榕树茶馆"], 20)


def test_a_text_that_no_code_should_hold_is_invalid() -> None:
    with pytest.raises(Invalid, match=r"qr\.too_long"):
        render_svg("x" * 1_001)


@pytest.mark.parametrize("width", range(5_000, 14_000, 500))
def test_a_number_stays_with_what_it_counts(width: int) -> None:
    lines = break_lines("Riverside · 12 号桌 Table 12", width)
    assert any("12 号桌" in line for line in lines)
    assert any("Table 12" in line for line in lines)
    assert " ".join(lines) == "Riverside · 12 号桌 Table 12"


def test_what_cannot_be_printed_is_known_beforehand() -> None:
    assert find_missing("河畔店 Riverside · 1 号桌\n\t") == ""
    assert find_missing("桌 🍵 مرحبا 🍵") == "🍵مرحبا"
