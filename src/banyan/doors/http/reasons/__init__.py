"""Why a value does not fit, as a stable word for programs and a sentence for people.

The parser complains in English and shows whole patterns; here its complaints become a `reason`,
with a `bound` where there is one, and the words of `reasons.toml` in the reader's language.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from banyan.base.errors import FieldValue
from banyan.base.text import LINE, LINES, TRIMMED

_kind = r"Expected `(?P<kind>[a-z0-9]+)[^`]*`"
_not_of_kind = re.compile(rf"{_kind}, got ")
_length = re.compile(rf"{_kind} of length (?P<sign>[<>]=)? ?(?P<bound>[0-9]+)")
_range = re.compile(rf"{_kind} (?P<sign>[<>]=?) (?P<bound>-?[0-9.]+)")
_pattern = re.compile(r"Expected `str` matching regex (?P<pattern>.*)", re.DOTALL)
_byte = re.compile(r"\(byte (?P<position>[0-9]+)\)")

_not_a: Mapping[str, str] = {
    "str": "not_text",
    "int": "not_an_integer",
    "float": "not_a_number",
    "bool": "not_a_boolean",
    "array": "not_a_list",
    "object": "not_an_object",
    "datetime": "not_an_instant",
    "date": "not_a_date",
}
_lengths: Mapping[tuple[bool, str | None], str] = {
    (True, ">="): "too_short",
    (True, "<="): "too_long",
    (True, None): "wrong_length",
    (False, ">="): "too_few",
    (False, "<="): "too_many",
    (False, None): "wrong_count",
}
_plain: Mapping[str, str] = {
    "Object missing required field": "missing",
    "Object contains unknown field": "unknown",
    "Invalid enum value": "not_a_choice",
    "Invalid RFC3339 encoded datetime": "not_an_instant",
    "Invalid RFC3339 encoded date": "not_a_date",
    "Expected `datetime` with a timezone": "no_time_zone",
    "Invalid base64": "not_base64",
    "expected an id": "not_an_id",
    "JSON is malformed": "not_json",
    "Input data was truncated": "not_json",
}


def read_reason(complaint: str) -> dict[str, FieldValue]:
    """The `reason` of a complaint of the parser, and the `bound` or `position` that it tells."""
    for opening, reason in _plain.items():
        if complaint.startswith(opening):
            found = _byte.search(complaint)
            position = {"position": int(found["position"])} if found else {}
            return {"reason": reason, **position}
    found = _not_of_kind.match(complaint)
    if found:
        return {"reason": _not_a.get(found["kind"], "unfit")}
    found = _length.match(complaint)
    if found:
        reason = _lengths[found["kind"] == "str", found["sign"]]
        return {"reason": reason, "bound": int(found["bound"])}
    found = _range.match(complaint)
    if found:
        reason = "too_small" if found["sign"].startswith(">") else "too_large"
        return {"reason": reason, "bound": _number(found["bound"])}
    found = _pattern.match(complaint)
    return {"reason": _reason_of_pattern(found["pattern"]) if found else "unfit"}


def word_reason(language: str, fields: Mapping[str, FieldValue]) -> str:
    """The clause that says `reason` in a language; the bare word when there is none."""
    reason = str(fields["reason"])
    return read_words().get(reason, {}).get(language, reason).format_map(fields)


@cache
def read_words() -> Mapping[str, Mapping[str, str]]:
    """What each reason says, by language."""
    path = Path(__file__).parent / "reasons.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _number(text: str) -> FieldValue:
    """A bound as a number where it is a whole one; others stay as they are written."""
    value = float(text)
    return int(value) if value.is_integer() else text


def _reason_of_pattern(shown: str) -> str:
    """Whether it is about what nobody sees, or about the form; the parser quotes its pattern."""
    try:
        pattern = ast.literal_eval(shown)
    except (SyntaxError, ValueError):
        return "wrong_form"
    if pattern == TRIMMED:
        return "not_plain"
    return "hidden_characters" if pattern in {LINE, LINES} else "wrong_form"
