"""Uses up proofs that pay passwords were given: for rooms that move money."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from banyan.base.secret import digest
from banyan.books.work import Work
from banyan.pay.passwords import store


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A proof that somebody shows for something."""

    person_id: int
    token: str
    subject: str
    at: datetime


async def take_proofs(work: Work, given: Sequence[Given]) -> list[bool]:
    """Use up each proof that is this person's, for this thing and not over; say which were good.

    Of rivals with one proof one has it. What is used is used up whatever becomes of the payment,
    unless the whole command is dropped.
    """
    shown: dict[tuple[int, bytes], Given] = {}
    for one in given:
        if one.token:
            shown.setdefault((one.person_id, digest(one.token)), one)
    if not shown:
        return [False] * len(given)
    wanted = [(*key, one.subject, one.at) for key, one in sorted(shown.items())]
    good = await store.take_proofs(work.db, wanted)
    first = {key: id(one) for key, one in shown.items() if key in good}
    return [first.get((one.person_id, digest(one.token))) == id(one) for one in given]
