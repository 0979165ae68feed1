"""Pictures of what the demo town sells, drawn by code: flat shapes, drawn large and smoothed."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageColor, ImageDraw

from banyan.app.demo.shops import Look

_SIDE = 360
_FINE = 2
"""Drawn so many times as large."""
_PAPER = "#f4ead6"
_TABLE = "#e2cfab"

Colour = tuple[int, int, int]
Draw = ImageDraw.ImageDraw


def draw_goods(look: Look) -> bytes:
    """A square PNG of the product on a table."""
    side = _SIDE * _FINE
    image = Image.new("RGB", (side, side), _PAPER)
    draw = ImageDraw.Draw(image)
    tint = _rgb(look.tint)
    draw.rectangle((0, int(side * 0.72), side, side), fill=_TABLE)
    _oval(draw, side, (0.16, 0.70, 0.84, 0.86), _mix(_rgb(_TABLE), (90, 70, 40), 0.25))
    _SHAPES[look.shape](draw, side, tint)
    out = io.BytesIO()
    image.resize((_SIDE, _SIDE), Image.Resampling.BOX).quantize(64, Image.Quantize.FASTOCTREE).save(
        out, "PNG"
    )
    return out.getvalue()


def _cup(draw: Draw, side: int, tint: Colour) -> None:
    china = (248, 248, 245)
    shade = _mix(china, (120, 130, 140), 0.25)
    _ring(draw, side, (0.66, 0.46, 0.86, 0.66), shade, 0.035)
    _trapeze(draw, side, (0.24, 0.40, 0.76, 0.76), 0.10, china)
    _oval(draw, side, (0.34, 0.70, 0.66, 0.81), shade)
    _oval(draw, side, (0.24, 0.33, 0.76, 0.48), china)
    _oval(draw, side, (0.27, 0.355, 0.73, 0.465), tint)
    _oval(draw, side, (0.33, 0.37, 0.50, 0.41), _mix(tint, (255, 255, 255), 0.45))
    for left in (0.40, 0.50, 0.60):
        box = (left - 0.03, 0.12, left + 0.03, 0.29)
        draw.arc(_box(side, box), 100, 260, fill=(205, 200, 190), width=int(side * 0.012))


def _loaf(draw: Draw, side: int, tint: Colour) -> None:
    _oval(draw, side, (0.16, 0.36, 0.84, 0.80), tint)
    _oval(draw, side, (0.19, 0.38, 0.81, 0.70), _mix(tint, (255, 235, 200), 0.25))
    for left in (0.32, 0.46, 0.60):
        box = (left, 0.42, left + 0.14, 0.66)
        cut = _mix(tint, (255, 245, 225), 0.7)
        draw.arc(_box(side, box), 190, 290, fill=cut, width=int(side * 0.022))


def _bun(draw: Draw, side: int, tint: Colour) -> None:
    _oval(draw, side, (0.20, 0.42, 0.80, 0.82), _mix(tint, (255, 230, 180), 0.35))
    draw.pieslice(_box(side, (0.18, 0.32, 0.82, 0.88)), 180, 360, fill=tint)
    line = _mix(tint, (90, 50, 10), 0.35)
    for step in range(1, 5):
        across = 0.15 + step * 0.128
        draw.line(_points(side, (across, 0.40), (across + 0.07, 0.59)), line, int(side * 0.01))
        draw.line(_points(side, (across + 0.07, 0.40), (across, 0.59)), line, int(side * 0.01))


def _cake(draw: Draw, side: int, tint: Colour) -> None:
    for left, top in ((0.22, 0.50), (0.50, 0.50), (0.36, 0.32)):
        box = (left, top, left + 0.26, top + 0.26)
        draw.rounded_rectangle(_box(side, box), side * 0.05, fill=_mix(tint, (80, 60, 20), 0.25))
        box = (left, top - 0.03, left + 0.26, top + 0.20)
        draw.rounded_rectangle(_box(side, box), side * 0.05, fill=tint)
        box = (left + 0.07, top + 0.02, left + 0.19, top + 0.14)
        draw.ellipse(_box(side, box), outline=_mix(tint, (80, 60, 20), 0.35), width=side // 90)


def _egg(draw: Draw, side: int, tint: Colour) -> None:
    _oval(draw, side, (0.22, 0.64, 0.78, 0.82), (245, 245, 242))
    _oval(draw, side, (0.30, 0.28, 0.70, 0.76), tint)
    crack = _mix(tint, (60, 30, 10), 0.45)
    ways = (((0.36, 0.42), (0.48, 0.50), (0.44, 0.62)), ((0.48, 0.50), (0.60, 0.44), (0.66, 0.54)))
    for way in ways:
        draw.line(_points(side, *way), crack, int(side * 0.012), joint="curve")


def _tin(draw: Draw, side: int, tint: Colour) -> None:
    dark = _mix(tint, (0, 0, 0), 0.3)
    draw.rectangle(_box(side, (0.30, 0.30, 0.70, 0.76)), fill=tint)
    _oval(draw, side, (0.30, 0.71, 0.70, 0.81), tint)
    draw.rectangle(_box(side, (0.28, 0.22, 0.72, 0.34)), fill=dark)
    _oval(draw, side, (0.28, 0.17, 0.72, 0.27), _mix(dark, (255, 255, 255), 0.15))
    _oval(draw, side, (0.39, 0.44, 0.61, 0.66), (246, 238, 214))
    _leaf(draw, side, (0.50, 0.55), tint)


def _book(draw: Draw, side: int, tint: Colour) -> None:
    draw.rectangle(_box(side, (0.29, 0.20, 0.75, 0.80)), fill=(240, 232, 214))
    draw.rectangle(_box(side, (0.26, 0.18, 0.72, 0.78)), fill=tint)
    draw.rectangle(_box(side, (0.26, 0.18, 0.31, 0.78)), fill=_mix(tint, (0, 0, 0), 0.3))
    draw.rectangle(_box(side, (0.40, 0.27, 0.64, 0.46)), fill=(246, 238, 214))
    for top in (0.33, 0.39):
        draw.line(_points(side, (0.44, top), (0.60, top)), tint, int(side * 0.012))


def _card(draw: Draw, side: int, tint: Colour) -> None:
    draw.rectangle(_box(side, (0.18, 0.30, 0.82, 0.74)), fill=(255, 255, 255))
    draw.rectangle(_box(side, (0.21, 0.33, 0.79, 0.71)), fill=tint)
    _oval(draw, side, (0.30, 0.36, 0.62, 0.58), (74, 112, 74))
    draw.rectangle(_box(side, (0.44, 0.52, 0.48, 0.71)), fill=(92, 68, 46))
    _oval(draw, side, (0.66, 0.38, 0.74, 0.46), (250, 226, 140))


def _leaf(draw: Draw, side: int, centre: tuple[float, float], tint: Colour) -> None:
    across, down = centre
    draw.pieslice(
        _box(side, (across - 0.08, down - 0.06, across + 0.08, down + 0.10)), 200, 340, tint
    )
    draw.line(_points(side, (across, down - 0.06), (across, down + 0.07)), tint, int(side * 0.01))


_SHAPES: dict[str, Callable[[Draw, int, Colour], None]] = {
    "cup": _cup,
    "loaf": _loaf,
    "bun": _bun,
    "cake": _cake,
    "egg": _egg,
    "tin": _tin,
    "book": _book,
    "card": _card,
}


def _box(side: int, shares: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    left, top, right, bottom = (int(share * side) for share in shares)
    return left, top, right, bottom


def _points(side: int, *shares: tuple[float, float]) -> list[tuple[int, int]]:
    return [(int(across * side), int(down * side)) for across, down in shares]


def _oval(draw: Draw, side: int, shares: tuple[float, float, float, float], fill: Colour) -> None:
    draw.ellipse(_box(side, shares), fill=fill)


def _ring(
    draw: Draw,
    side: int,
    shares: tuple[float, float, float, float],
    colour: Colour,
    width: float,
) -> None:
    draw.ellipse(_box(side, shares), outline=colour, width=int(width * side))


def _trapeze(
    draw: Draw,
    side: int,
    shares: tuple[float, float, float, float],
    inset: float,
    fill: Colour,
) -> None:
    left, top, right, bottom = shares
    corners = ((left, top), (right, top), (right - inset, bottom), (left + inset, bottom))
    draw.polygon(_points(side, *corners), fill=fill)


def _rgb(text: str) -> Colour:
    red, green, blue = ImageColor.getrgb(text)[:3]
    return red, green, blue


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (
        round(first + (second - first) * share) for first, second in zip(one, other, strict=True)
    )
    return red, green, blue
