"""What a payment code is, what a device makes its codes from, and who a code stands for."""

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.base.text import END
from banyan.parties.ids import PersonId

PayCode = Annotated[
    str, msgspec.Meta(min_length=18, max_length=18, pattern=rf"^1[0-5][0-9]{{16}}{END}")
]
"""Eighteen digits: the number of a seed, and nine that change."""


class Seed(msgspec.Struct, frozen=True, kw_only=True):
    """What a device makes its payment codes from; it never leaves the device again."""

    seed_number: int
    secret: str
    """Base64."""
    now: datetime
    """So that the device knows by how much its clock is wrong."""


class ShownCode(msgspec.Struct, frozen=True, kw_only=True):
    """A payment code of this minute."""

    code: PayCode
    changes_at: datetime
    """When there is another."""
    turn: int = 0
    """How many codes of this minute were taken before it."""


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who showed a code, and on which of their devices."""

    person_id: PersonId
    session_id: int
    """0 for a code that no device made."""
    taken_at: datetime
    """When it was first brought for this."""
