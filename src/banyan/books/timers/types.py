"""A timer: a command that is due later."""

from datetime import datetime

import msgspec


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """Goes off once at or after `due_at`; named by what it is about and what is to be done."""

    kind: str
    subject: int
    due_at: datetime
    data: bytes = b""
    attempts: int = 0
