"""The catalogue of what failures say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import banyan
from banyan.doors.http.language import choose_language
from banyan.doors.http.texts import find_text, list_named, read_texts

SOURCE = Path(banyan.__file__).parent
FAMILIES = frozenset({"Invalid", "NotFound", "Refusal", "Trouble"})


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


def test_amounts_show_as_money_of_their_currency() -> None:
    assert find_text("charges.refund_too_large", "zh", {"left_fen": 900}) == "最多还可退 ¥9.00。"
    yen = find_text("charges.refund_too_large", "en", {"left_fen": 1_900, "currency": "JPY"})
    assert yen == "At most JP¥1,900 can still go back."


def test_no_text_names_the_unit_of_an_amount() -> None:
    unit = re.compile(r"_fen\} ?(fen|分)")
    assert [code for code, texts in read_texts().items() if unit.search(str(texts))] == []


def find_raised(path: Path) -> Iterator[tuple[str, set[str]]]:
    """Code and fields of each failure that a file makes in one place, where it says them all."""
    for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.args):
            continue
        code, names = one.args[0], {given.arg for given in one.keywords}
        if one.func.id in FAMILIES and isinstance(code, ast.Constant) and None not in names:
            # A reason is a word that the door puts into a sentence: the text's `why`.
            told = {"why"} if "reason" in names else set()
            yield str(code.value), told | {name for name in names if name is not None}


def test_whoever_raises_gives_all_that_the_text_tells() -> None:
    raised = [
        (path.relative_to(SOURCE), code, list_named(code) - given)
        for path in sorted(SOURCE.rglob("*.py"))
        for code, given in find_raised(path)
    ]
    assert len(raised) > 100
    assert [one for one in raised if one[2]] == []


def test_several_values_are_told_as_a_list() -> None:
    text = find_text("bench.unknown", "en", {"name": "x", "known": ["a", "b"]})
    assert text.endswith("There are: a, b.")


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
