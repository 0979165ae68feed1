"""Cursors: what we gave comes back; whatever else somebody sends is refused, never a bug."""

import base64

import pytest

from banyan.base.errors import Invalid
from banyan.base.paging import decode_cursor, decode_id_cursor, encode_cursor


def _forge(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_what_was_given_comes_back() -> None:
    assert decode_cursor(encode_cursor(7, "oAbc_-9"), 2) == ["7", "oAbc_-9"]
    assert decode_id_cursor(encode_cursor(7)) == 7
    assert decode_cursor(None, 1) is None
    assert decode_id_cursor(None, 9) == 9


@pytest.mark.parametrize(
    "cursor",
    [
        "!",
        _forge("1"),
        _forge("[1]"),
        _forge('["1","2"]'),
        _forge('["a\\u0000b"]'),
        _forge('["\\ud800"]'),
        _forge('["名"]'),
    ],
)
def test_whatever_else_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid, match=r"paging\.bad_cursor"):
        decode_cursor(cursor, 1)
