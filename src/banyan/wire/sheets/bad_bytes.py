"""Bytes that are no text of their encoding: kept apart, so that one of them costs one row."""

import codecs
from typing import Final

# Letters of a plane for private use stand for the 256 bytes, so that the row can be read on.
_FIRST: Final = 0x10F800
PATTERN: Final = f"[{chr(_FIRST)}-{chr(_FIRST + 255)}]"
"""Finds a cell in which some byte was no text."""

_SPELLED = {_FIRST + byte: f"\\x{byte:02x}" for byte in range(256)}


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(chr(_FIRST + byte) for byte in bad), error.end


codecs.register_error("banyan.stand_in", _stand_in)


class Reencoder:
    """Turns the bytes of a file, part by part, into UTF-8 that can always be read."""

    def __init__(self, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)("banyan.stand_in")

    def __call__(self, part: object) -> bytes:
        """The next part; an empty one is the last."""
        content = bytes(part)  # type: ignore[call-overload]  # a buffer of Arrow's
        return self._decoder.decode(content, not content).encode()


def spell_bad_bytes(text: str) -> str:
    r"""The text with those bytes as Python writes them: `\xff`."""
    return text.translate(_SPELLED)
