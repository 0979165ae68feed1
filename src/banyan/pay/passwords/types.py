"""What a pay password is, how it stands, and the proof that it was given."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.books.journal import Event

Password = Annotated[str, msgspec.Meta(min_length=6, max_length=6, pattern=r"^[0-9]{6}$(?!\n)")]
"""Six digits."""
Subject = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
"""What the password is given for, such as a charge; a proof is good for nothing else."""
ProofToken = Annotated[str, msgspec.Meta(max_length=64)]


class PasswordState(msgspec.Struct, frozen=True, kw_only=True):
    """How a person's pay password stands."""

    is_set: bool
    tries_left: int
    """Wrong tries until it is locked."""
    locked_until: datetime | None = None


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """That the password was given, for one thing and one use; soon over."""

    token: str
    expires_at: datetime


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A password as it is stored, and how the try stands for which it was read."""

    hash: str
    tries_left: int
    wait_minutes: int
    """If this try is wrong, it is locked for so long."""


class PasswordSet(Event, frozen=True, kw_only=True, tag="passwords.set"):
    """A person has a new pay password."""

    is_first: bool
    """Whether they had none before."""
