"""The three failures: Invalid (mend your request), Refusal (no), Trouble (later).

    Failure
    |- Invalid     the request itself is wrong; the same request can never succeed
    |- Refusal     the request is well formed, the answer is no
    |  |- NotFound it does not exist, or it is nobody's business that it does
    |- Trouble     the request may succeed later, unchanged

A failure is a stable code `room.fact`, and fields a program can read. The text for a
human is made at the door, in the reader's language. Anything else that is raised is a bug.
"""

from typing import ClassVar

from typing_extensions import override

FieldValue = str | int | bool | list[str] | list[int] | None


class Failure(Exception):
    """An expected failure: `code` is stable and public, `fields` are facts, never secrets."""

    family: ClassVar[str] = "failure"

    def __init__(self, code: str, /, **fields: FieldValue) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields

    @override
    def __str__(self) -> str:
        """The code and its fields, for logs."""
        return f"{self.code} {self.fields}" if self.fields else self.code


class Invalid(Failure):
    """Mend your request: it is malformed, out of range or contradicts itself."""

    family = "invalid"


class Refusal(Failure):
    """No: the request is understood, and the state of things forbids it."""

    family = "refusal"


class NotFound(Refusal):
    """It does not exist, or the one who asks may not know that it does."""

    family = "not_found"


class Trouble(Failure):
    """Later: something that is needed is away or overloaded; the same request may succeed."""

    family = "trouble"
