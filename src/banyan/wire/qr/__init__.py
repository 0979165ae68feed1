"""QR codes: as bare pictures, on print-ready posters as PDF, SVG and PNG, and read again."""

from banyan.wire.qr.code import render_jpeg, render_png, render_svg
from banyan.wire.qr.layout import Layout, Poster, draw_poster
from banyan.wire.qr.pdf import render_poster_pdf
from banyan.wire.qr.png import render_poster_png
from banyan.wire.qr.read import read_codes
from banyan.wire.qr.round_code import render_dots
from banyan.wire.qr.svg import render_poster_svg
from banyan.wire.qr.typeface import find_missing

__all__ = (
    "Layout",
    "Poster",
    "draw_poster",
    "find_missing",
    "read_codes",
    "render_dots",
    "render_jpeg",
    "render_png",
    "render_poster_pdf",
    "render_poster_png",
    "render_poster_svg",
    "render_svg",
)
