"""Takes a JSON body off the wire, whole and bounded, or refuses it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from banyan.base.errors import Invalid
from banyan.doors.http.reasons import read_reason
from banyan.doors.http.visit import Receive

T = TypeVar("T")

BODY_BYTES_MAX = 1 << 20
"""Largest body of an ordinary route."""
BODY_WAIT_S = 30.0
"""How long a body may take to arrive; a connection that trickles must not hold a place for ever."""

PIECE_WAIT_S = 10.0
"""How long its next piece may take: a caller who is gone must not hold up a stop."""

_digits_max = 18
_named_field = re.compile(r"(?:missing required|contains unknown) field `(.*)`$")
_nul = b"\\u0000"


class Disconnected(Invalid):
    """The request broke off: its caller hung up, or sent what is no body."""

    def __init__(self) -> None:
        super().__init__("request.cut_off")


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], bytes_max: int) -> bytes:
    """The whole body. Raises Invalid `request.too_large` or `request.timeout`, or Disconnected."""
    declared = headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared[:_digits_max]) > bytes_max:
        raise Invalid("request.too_large", bytes_max=bytes_max)
    try:
        async with asyncio.timeout(BODY_WAIT_S):
            return await _collect(receive, bytes_max)
    except TimeoutError:
        raise Invalid("request.timeout") from None


async def _collect(receive: Receive, bytes_max: int) -> bytes:
    body = b""
    while True:
        async with asyncio.timeout(PIECE_WAIT_S):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        body += bytes(message.get("body", b""))
        if len(body) > bytes_max:
            raise Invalid("request.too_large", bytes_max=bytes_max)
        if not message.get("more_body", False):
            return body


def check_json_headers(headers: Mapping[bytes, bytes]) -> None:
    """Raise Invalid `request.not_json` unless the body says that it is plain JSON in UTF-8."""
    media_type, _, parameters = headers.get(b"content-type", b"").lower().partition(b";")
    charset = parameters.strip().replace(b'"', b"")
    is_json = media_type.strip() == b"application/json" and charset in {b"", b"charset=utf-8"}
    if not is_json or headers.get(b"content-encoding", b"identity") != b"identity":
        raise Invalid("request.not_json")


def decode_body(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """The body as the decoder's type.

    One parser reads it, once; what other parsers might read differently is refused here, so that
    no proxy or log ever saw another request than we did: repeated names and NUL characters
    (which PostgreSQL has no room for). Raises Invalid `request.malformed` or `request.invalid`.
    """
    try:
        value = decoder.decode(body)
        # One name alone cannot be repeated: the common small bodies are not read twice.
        if body.count(b":") > 1:
            json.loads(body, object_pairs_hook=_check_names)
    except msgspec.ValidationError as error:
        raise invalid_from(error) from None
    except msgspec.DecodeError as error:
        raise Invalid("request.malformed", **read_reason(str(error))) from None
    except UnicodeDecodeError:
        raise Invalid("request.malformed", reason="not_utf8") from None
    except RecursionError:
        raise Invalid("request.malformed", reason="too_deep") from None
    if _nul in body:
        check_no_nul(msgspec.json.decode(body))
    return value


def check_no_nul(value: object) -> None:
    """Raise Invalid `request.malformed` if any text within holds a NUL character."""
    match value:
        case str():
            if "\0" in value:
                raise Invalid("request.malformed", reason="nul")
        case list():
            for item in value:
                check_no_nul(item)
        case dict():
            for item in (*value, *value.values()):
                check_no_nul(item)
        case _:
            pass


def invalid_from(error: msgspec.ValidationError) -> Invalid:
    """The failure of a value that does not fit its type, naming it as `lines[0].quantity`."""
    why, _, place = str(error).partition(" - at `")
    field = place.removesuffix("`").removeprefix("$").removeprefix(".")
    named = _named_field.search(why)
    if named:
        field = f"{field}.{named[1]}" if field else named[1]
    if not field:
        return Invalid("request.unfit", **read_reason(why))
    return Invalid("request.invalid", field=field[:200], **read_reason(why))


def _check_names(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise Invalid("request.malformed", reason="name_twice")
