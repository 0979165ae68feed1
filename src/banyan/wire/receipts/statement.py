"""Statements as PDF: a heading, some facts, and a table over as many pages as it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from banyan.wire.qr import typeface

if TYPE_CHECKING:
    from fpdf import FPDF

_points_a_mm = 72 / 25.4
_width, _height, _margin = 210.0, 297.0, 14.0
_row, _least, _small, _usual, _large = 6.4, 2.2, 2.9, 3.3, 5.6
_foot = 18.0
_dark, _grey, _line, _band = "#1a1a1a", "#767676", "#dddddd", "#f4f4f4"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table."""

    name: str
    width: float
    """In millimetres; all together at most 182."""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """What stands on the paper."""

    title: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    note: str = ""
    """Stands at the foot of each page, before its number."""


def render_statement_pdf(statement: Statement) -> bytes:
    """The statement as one document, with the letters in use inside."""
    # Few processes ever print, and with its fonts this library takes a third of a server's start.
    from fpdf import FPDF  # noqa: PLC0415 - see above
    from fpdf.fonts import TTFFont  # noqa: PLC0415

    pdf = FPDF(unit="mm", format="A4")
    pdf.set_auto_page_break(auto=False)
    pdf.set_margin(0)
    pdf.set_title(statement.title)
    pdf.set_creator("Banyan")
    pdf.set_lang("zh-CN")
    _draw(pdf, statement)
    content = bytes(pdf.output())
    for font in pdf.fonts.values():
        # fpdf2 leaves the files of its letters open.
        if isinstance(font, TTFFont):
            font.ttfont.close()
    return content


def _draw(pdf: FPDF, statement: Statement) -> None:
    y = _begin_page(pdf, statement)
    _write(pdf, statement.title, _margin, y, _large, _dark)
    y += 9
    for label, value in statement.facts:
        _write(pdf, label, _margin, y, _usual, _grey)
        _write(pdf, value, _margin + 42, y, _usual, _dark)
        y += 5.6
    y = _head(pdf, statement, y + 4)
    for row in statement.rows:
        if y > _height - _foot:
            y = _head(pdf, statement, _begin_page(pdf, statement))
        _cells(pdf, statement.columns, row, y, _dark)
        pdf.set_draw_color(_line)
        pdf.line(_margin, y + 2.1, _width - _margin, y + 2.1)
        y += _row


def _begin_page(pdf: FPDF, statement: Statement) -> float:
    pdf.add_page()
    foot = _height - _margin + 4
    _write(pdf, statement.note, _margin, foot, _small, _grey)
    _write_right(pdf, f"{pdf.page_no()}", _width - _margin, foot, _small, _grey)
    return _margin + 6


def _head(pdf: FPDF, statement: Statement, y: float) -> float:
    pdf.set_fill_color(_band)
    pdf.rect(_margin, y - 4.4, _width - 2 * _margin, _row, style="F")
    _cells(pdf, statement.columns, [one.name for one in statement.columns], y, _grey)
    return y + _row + 0.6


def _cells(
    pdf: FPDF, columns: Sequence[Column], cells: Sequence[str], y: float, colour: str
) -> None:
    x = _margin
    for column, cell in zip(columns, cells, strict=True):
        shown, size = _fit(cell, column.width - 2)
        if column.is_number:
            _write_right(pdf, shown, x + column.width - 1, y, size, colour)
        else:
            _write(pdf, shown, x + 1, y, size, colour)
        x += column.width


def _fit(text: str, width: float) -> tuple[str, float]:
    """The text and its size: smaller where it is long, and cut where it is too long even so."""
    size = min(_usual, width * typeface.EM / max(typeface.width(text), 1))
    if size >= _least:
        return text, size
    while text and typeface.width(text + "…") * _least / typeface.EM > width:
        text = text[:-1]
    return text + "…", _least


def _write_right(pdf: FPDF, text: str, right: float, y: float, size: float, colour: str) -> None:
    _write(pdf, text, right - typeface.width(text) * size / typeface.EM, y, size, colour)


def _write(pdf: FPDF, text: str, x: float, y: float, size: float, colour: str) -> None:
    pdf.set_text_color(colour)
    for name, letters in typeface.runs(text):
        if name not in pdf.fonts:
            pdf.add_font(name, fname=typeface.slice_path(name))
        pdf.set_font(name, size=size * _points_a_mm)
        pdf.text(x, y, letters)
        x += typeface.width(letters) * size / typeface.EM
