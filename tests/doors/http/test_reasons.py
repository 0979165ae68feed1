"""Why a value does not fit: one word for programs, one clause a language for people."""

from __future__ import annotations

import enum
import re
from datetime import date, datetime
from string import Formatter
from typing import Annotated

import msgspec
import pytest

from banyan.base.errors import Invalid
from banyan.base.ids import Id
from banyan.base.json import decode
from banyan.base.text import LINE, Name, Phone, Text
from banyan.doors.http.body import invalid_from
from banyan.doors.http.reasons import read_reason, read_words
from banyan.doors.http.texts import find_text


class Cup(enum.StrEnum):
    """Sizes."""

    SMALL = "small"


class Leaf(msgspec.Struct, forbid_unknown_fields=True):
    """An ingredient."""

    grams: Annotated[int, msgspec.Meta(ge=1, le=100)]


class Brew(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One field of every kind."""

    tea_id: Id = Id(1)
    name: Name = "a"
    note: Annotated[str, msgspec.Meta(pattern=LINE)] = ""
    text: Text = ""
    phone: Phone = "12345"
    cup: Cup = Cup.SMALL
    code: Annotated[str, msgspec.Meta(min_length=2, max_length=2)] = "ab"
    latitude: Annotated[float, msgspec.Meta(ge=-90.5)] = 1.5
    is_hot: bool = True
    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    on: date | None = None
    seal: bytes = b""
    leaves: Annotated[list[Leaf], msgspec.Meta(min_length=1, max_length=2)] = []
    pair: tuple[int, int] = (1, 2)


def complain(body: bytes) -> Invalid:
    """What is said of a body that does not fit."""
    with pytest.raises(msgspec.ValidationError) as caught:
        decode(body, Brew)
    return invalid_from(caught.value)


@pytest.mark.parametrize(
    ("body", "field", "reason", "bound"),
    [
        (b'{"tea_id": "x"}', "tea_id", "not_an_id", None),
        (b'{"name": 1}', "name", "not_text", None),
        (b'{"name": ""}', "name", "too_short", 1),
        (b'{"name": "%s"}' % (b"a" * 101), "name", "too_long", 100),
        (b'{"name": " a"}', "name", "not_plain", None),
        ('{"note": "a\u202eb"}'.encode(), "note", "hidden_characters", None),
        ('{"text": "a\u200bb"}'.encode(), "text", "hidden_characters", None),
        (b'{"phone": "12x456"}', "phone", "wrong_form", None),
        (b'{"cup": "large"}', "cup", "not_a_choice", None),
        (b'{"code": "a"}', "code", "too_short", 2),
        (b'{"latitude": -91}', "latitude", "too_small", "-90.5"),
        (b'{"latitude": "1"}', "latitude", "not_a_number", None),
        (b'{"is_hot": 1}', "is_hot", "not_a_boolean", None),
        (b'{"at": "noon"}', "at", "not_an_instant", None),
        (b'{"at": true}', "at", "not_an_instant", None),
        (b'{"at": "2026-01-31T08:00:00"}', "at", "no_time_zone", None),
        (b'{"on": "today"}', "on", "not_a_date", None),
        (b'{"seal": "%"}', "seal", "not_base64", None),
        (b'{"leaves": 1}', "leaves", "not_a_list", None),
        (b'{"leaves": []}', "leaves", "too_few", 1),
        (b'{"leaves": [{"grams":1},{"grams":1},{"grams":1}]}', "leaves", "too_many", 2),
        (b'{"leaves": [{}]}', "leaves[0].grams", "missing", None),
        (b'{"leaves": [{"grams": 0}]}', "leaves[0].grams", "too_small", 1),
        (b'{"leaves": [{"grams": 101}]}', "leaves[0].grams", "too_large", 100),
        (b'{"leaves": [{"grams": 1.5}]}', "leaves[0].grams", "not_an_integer", None),
        (b'{"leaves": [{"grams": 1, "x": 1}]}', "leaves[0].x", "unknown", None),
        (b'{"leaves": [1]}', "leaves[0]", "not_an_object", None),
        (b'{"pair": [1]}', "pair", "wrong_count", 2),
    ],
)
def test_every_complaint_is_worded_in_both_languages(
    body: bytes, field: str, reason: str, bound: object
) -> None:
    failure = complain(body)
    told = {"field": field, "reason": reason} | ({} if bound is None else {"bound": bound})
    assert (failure.code, failure.fields) == ("request.invalid", told)
    words = read_words()[reason]
    for language in ("en", "zh"):
        text = find_text(failure.code, language, failure.fields)
        assert words[language].format(bound=bound) in text
        assert "Expected" not in text
        assert "…" not in text
    # Names and codes apart, a Chinese sentence holds no English word of the parser.
    assert not re.search(r"regex|matching|length|`", find_text(failure.code, "zh", failure.fields))


def test_of_a_whole_body_the_reason_stands_alone() -> None:
    failure = complain(b"[]")
    assert (failure.code, failure.fields) == ("request.unfit", {"reason": "not_an_object"})


def test_what_the_parser_may_say_one_day_is_still_worded() -> None:
    assert read_reason("Something quite new") == {"reason": "unfit"}


def test_both_languages_speak_of_the_same_bounds() -> None:
    for reason, texts in read_words().items():
        assert set(texts) == {"en", "zh"}
        named = [
            {name for _, name, _, _ in Formatter().parse(one) if name} for one in texts.values()
        ]
        assert named[0] == named[1], reason
