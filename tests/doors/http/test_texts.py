"""The catalogue of what failures say."""

from __future__ import annotations

from string import Formatter

import pytest

from banyan.doors.http.language import choose_language
from banyan.doors.http.texts import find_text, read_texts


def test_both_languages_speak_of_the_same_fields() -> None:
    for code, texts in read_texts().items():
        named = [
            {name for _, name, _, _ in Formatter().parse(text) if name is not None}
            for text in (texts["en"], texts["zh"])
        ]
        assert named[0] == named[1], code


def test_fields_are_filled_in_and_missing_ones_show() -> None:
    assert find_text("request.too_large", "en", {"bytes_max": 5}).endswith("5 bytes allowed here.")
    assert "…" in find_text("request.too_large", "en", {})
    assert find_text("no.such", "en", {}) == "no.such"


@pytest.mark.parametrize(
    ("wish", "own", "chosen"),
    [
        ("en", "zh", "en"),
        ("", "en", "en"),
        ("", "fr", "zh"),
        ("en;q=0, zh", "en", "zh"),
        ("zh;q=0.1, en;q=0.2", "zh", "en"),
        ("en;q=nan", "zh", "zh"),
        ("en;q=x", "zh", "zh"),
        ("*", "en", "en"),
        ("," * 10_000, "en", "en"),
    ],
)
def test_the_language_that_is_read_best(wish: str, own: str, chosen: str) -> None:
    assert choose_language(wish, own) == chosen
