"""Posters as SVG: letters are outlines, so that it looks the same on every machine and press."""

from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import escape

from banyan.wire.qr import typeface
from banyan.wire.qr.layout import BLACK, Box, Item, Sheet, Square, Words


def render_poster_svg(sheet: Sheet) -> bytes:
    """The sheet as a standalone SVG of its size in millimetres."""
    return "".join(_lines(sheet)).encode()


def _lines(sheet: Sheet) -> Iterator[str]:
    size = f'width="{sheet.width:g}mm" height="{sheet.height:g}mm"'
    view = f'viewBox="0 0 {sheet.width:g} {sheet.height:g}"'
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" {size} {view} role="img">\n'
    yield f"<title>{escape(sheet.title)}</title>\n"
    said = " ".join(item.text for item in sheet.items if isinstance(item, Words))
    yield f"<desc>{escape(said)}</desc>\n"
    yield f'<path fill="#fff" d="M0 0h{sheet.width:g}v{sheet.height:g}H0z"/>\n'
    for item in sheet.items:
        yield from _draw(item)
    yield "</svg>\n"


def _draw(item: Item) -> Iterator[str]:
    match item:
        case Box():
            place = f'x="{item.x:g}" y="{item.y:g}"'
            size = f'width="{item.width:g}" height="{item.height:g}"'
            yield f'<rect {place} {size} rx="{item.radius:g}" fill="{item.colour}"/>\n'
        case Words():
            yield from _write(item)
        case Square():
            yield _square(item)


def _write(words: Words) -> Iterator[str]:
    scale = words.size / typeface.EM
    x = words.x - typeface.width(words.text) * scale / 2
    yield f'<g fill="{words.colour}">'
    for letter in words.text:
        path = typeface.outline(letter)
        if path:
            place = f"translate({x:.3f} {words.y:.3f}) scale({scale:.6f} {-scale:.6f})"
            yield f'<path transform="{place}" d="{path}"/>'
        x += typeface.advance(letter) * scale
    yield "</g>\n"


def _square(square: Square) -> str:
    """One path, drawn in modules and put in its place as a whole: no seams between them."""
    scale = square.size / len(square.modules)
    drawn = []
    for y, row in enumerate(square.modules):
        x = 0
        for colour, group in groupby(row):
            count = len(list(group))
            if colour:
                drawn.append(f"M{x} {y}h{count}v1h-{count}z")
            x += count
    place = f"translate({square.x:.4f} {square.y:.4f}) scale({scale:.6f})"
    return f'<path fill="{BLACK}" transform="{place}" d="{"".join(drawn)}"/>\n'
