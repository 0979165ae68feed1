"""Secrets: wrapped so that they cannot be logged, and the unguessable texts that we hand out."""

import hashlib
import secrets

from typing_extensions import override

_CODE_ALPHABET = (
    "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O 1 I L U: read aloud and typed without error
)


class Secret:
    """Text that shows only in `reveal()`: its repr, str and any accidental log line say nothing."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself; call it as late as possible and never in a log call."""
        return self._value

    @override
    def __repr__(self) -> str:
        """A placeholder."""
        return "Secret(***)"

    __str__ = __repr__


def new_token(prefix: str) -> str:
    """A bearer token with 256 bits of chance behind `prefix`."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def new_code(length: int) -> str:
    """An unguessable text of `length` characters that survives print and dictation."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(length))


def new_digits(length: int) -> str:
    """`length` random digits."""
    return "".join(secrets.choice("0123456789") for _ in range(length))


def digest(token: str) -> bytes:
    """What is stored in place of a high-entropy token: its SHA-256."""
    return hashlib.sha256(token.encode()).digest()
