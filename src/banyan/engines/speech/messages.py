"""What goes between a process of ours and the one that listens."""

import msgspec

LENGTH_BYTES = 4


class Task(msgspec.Struct, frozen=True, tag="hear"):
    """Hear this in that language."""

    language: str
    content: bytes


class Writing(msgspec.Struct, frozen=True, tag="write"):
    """Write this as MP3."""

    content: bytes


class Outcome(msgspec.Struct, frozen=True):
    """What was heard; None if it is no sound."""

    text: str | None


class Written(msgspec.Struct, frozen=True):
    """The MP3; None if it was no sound."""

    content: bytes | None


def write_message(message: msgspec.Struct) -> bytes:
    """A message as it goes through the pipe: its length, then itself."""
    body = msgspec.msgpack.encode(message)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body
