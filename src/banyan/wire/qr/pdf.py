"""Posters as PDF: one page a sheet, with the letters in use inside, so that any press prints it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from banyan.wire.qr import typeface
from banyan.wire.qr.layout import BLACK, Box, Item, Sheet, Square, Words

if TYPE_CHECKING:
    from fpdf import FPDF

_points_a_mm = 72 / 25.4


def render_poster_pdf(sheets: Sequence[Sheet], dated: datetime | None = None) -> bytes:
    """All the sheets as one document: a hundred tables are printed at once.

    What is dated comes out the same each time, byte for byte; else it is of now.
    """
    assert sheets
    # Few processes ever print, and with its fonts this library takes a third of a server's start.
    from fpdf import FPDF  # noqa: PLC0415 - see above
    from fpdf.fonts import TTFFont  # noqa: PLC0415

    pdf = FPDF(unit="mm", format=(sheets[0].width, sheets[0].height))
    pdf.set_auto_page_break(auto=False)
    pdf.set_margin(0)
    pdf.set_title(sheets[0].title)
    pdf.set_creator("Banyan")
    pdf.set_lang("zh-CN")
    if dated is not None:
        pdf.set_creation_date(dated)
    for sheet in sheets:
        pdf.add_page(format=(sheet.width, sheet.height), orientation="portrait")
        for item in sheet.items:
            _draw(pdf, item)
    content = bytes(pdf.output())
    for font in pdf.fonts.values():
        # fpdf2 leaves the files of its letters open.
        if isinstance(font, TTFFont):
            font.ttfont.close()
    return content


def _draw(pdf: FPDF, item: Item) -> None:
    match item:
        case Box():
            pdf.set_fill_color(item.colour)
            rounded = item.radius > 0
            pdf.rect(
                item.x,
                item.y,
                item.width,
                item.height,
                style="F",
                round_corners=rounded,
                corner_radius=item.radius,
            )
        case Words():
            _write(pdf, item)
        case Square():
            _square(pdf, item)


def _write(pdf: FPDF, words: Words) -> None:
    pdf.set_text_color(words.colour)
    scale = words.size / typeface.EM
    x = words.x - typeface.width(words.text) * scale / 2
    for name, letters in typeface.runs(words.text):
        if name not in pdf.fonts:
            pdf.add_font(name, fname=typeface.slice_path(name))
        pdf.set_font(name, size=words.size * _points_a_mm)
        pdf.text(x, words.y, letters)
        x += typeface.width(letters) * scale


def _square(pdf: FPDF, square: Square) -> None:
    pdf.set_fill_color(BLACK)
    module = square.size / len(square.modules)
    for row_number, row in enumerate(square.modules):
        x = square.x
        for colour, group in groupby(row):
            width = module * len(list(group))
            if colour:
                pdf.rect(x, square.y + row_number * module, width, module, style="F")
            x += width
