"""JSON as Banyan speaks it: ids are strings, secrets refuse, nothing is guessed."""
# ruff: noqa: ANN401 - what comes out of JSON is of the type that the caller names

import re
from typing import Any

import msgspec

from banyan.base.ids import Id

_ID_MAX = 2**63 - 1
_DIGITS = re.compile(r"[0-9]{1,19}")


def _encode(value: Any) -> str:
    if isinstance(value, Id):
        return int.__repr__(value)
    message = f"{type(value).__name__} has no JSON form"
    raise NotImplementedError(message)


def decode_special(kind: type[Any], value: Any) -> Any:
    """Read an Id from its JSON string; a ValueError becomes the parser's message."""
    if issubclass(kind, Id):
        if isinstance(value, str) and _DIGITS.fullmatch(value):
            number = int(value)
            if number <= _ID_MAX:
                return kind(number)
        if isinstance(value, kind):
            return value
        message = "expected an id: up to 19 digits in a string"
        raise ValueError(message)
    message = f"{kind.__name__} has no JSON form"
    raise NotImplementedError(message)


def schema_special(kind: type[Any]) -> dict[str, Any]:
    """The JSON schema of an Id."""
    if issubclass(kind, Id):
        return {"type": "string", "pattern": "^[0-9]{1,19}$"}
    message = f"{kind.__name__} has no JSON schema"
    raise NotImplementedError(message)


_ENCODER = msgspec.json.Encoder(enc_hook=_encode)
encode = _ENCODER.encode
"""Any struct as JSON bytes."""


def decode(data: bytes | str, kind: Any) -> Any:
    """JSON bytes as `kind`. Raises msgspec.ValidationError or msgspec.DecodeError."""
    return msgspec.json.decode(data, type=kind, dec_hook=decode_special)
