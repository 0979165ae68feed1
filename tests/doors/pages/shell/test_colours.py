"""Colours keep the contrast that WCAG 2.2 AA asks for, by day and by night."""

import re
from pathlib import Path

import pytest

from banyan.doors.pages.shell.assets import pages_folder

_css = pages_folder / "static" / "css"
_text = 4.5
_shape = 3.0

_grounds = ("page", "surface", "sunken", "raised")
_pairs = [
    *((ink, ground, _text) for ink in ("text", "text-2", "text-3") for ground in _grounds),
    *((ink, "surface", _text) for ink in ("accent-text", "danger-text", "coupon", "info-text")),
    ("accent-text", "page", _text),
    ("accent-text", "accent-soft", _text),
    ("danger-text", "danger-soft", _text),
    ("warning-text", "warning-soft", _text),
    ("info-text", "info-soft", _text),
    ("coupon", "coupon-soft", _text),
    ("text", "accent-soft", _text),
    ("text", "warning-soft", _text),
    ("text", "danger-soft", _text),
    ("on-accent", "accent", _text),
    ("on-accent", "accent-strong", _text),
    ("on-accent", "danger", _text),
    ("on-accent", "danger-strong", _text),
    ("line-strong", "surface", _shape),
    ("chart-on", "chart-1", _text),
    *((f"chart-{number}", "surface", _shape) for number in range(1, 7)),
]


def _read_schemes() -> dict[str, dict[str, str]]:
    css = (_css / "app.css").read_text()
    day, _, rest = css.partition("@media (prefers-color-scheme: dark)")
    night = rest.partition("\n}\n")[0]
    colours = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
    light = dict(colours.findall(day))
    return {"day": light, "night": light | dict(colours.findall(night))}


def _brightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG: 1 for equal colours, 21 for black on white."""
    dark, bright = sorted((_brightness(one), _brightness(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["day", "night"])
@pytest.mark.parametrize(("ink", "ground", "least"), _pairs)
def test_contrast(scheme: str, ink: str, ground: str, least: float) -> None:
    colours = _read_schemes()[scheme]
    assert contrast(colours[ink], colours[ground]) >= least


def test_tints_are_readable() -> None:
    found = re.findall(
        r"\.tint-\d \{ background: (#\w{6}); color: (#\w{6})", (_css / "parts.css").read_text()
    )
    assert len(found) == 12
    assert [pair for pair in found if contrast(*pair) < _text] == []


@pytest.mark.parametrize("file", sorted(_css.glob("*.css")), ids=lambda one: one.name)
def test_every_property_used_is_defined(file: Path) -> None:
    defined = set()
    for sheet in _css.glob("*.css"):
        defined |= set(re.findall(r"(--[\w-]+)\s*:", sheet.read_text()))
    used = set(re.findall(r"var\((--[\w-]+)", file.read_text()))
    assert used - defined == set()
