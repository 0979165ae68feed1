"""Reads what a till last asked of a person whose payment code it scanned."""

import msgspec

from banyan.books.work import Permission, Work, reading
from banyan.pay.charges import store
from banyan.pay.charges.types import Charge


class ReadShown(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What did a till last ask of me?"""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """The newest charge by one's payment code."""

    charge: Charge | None


@reading(permission=Permission.PERSON)
async def read_shown(work: Work, query: ReadShown) -> Shown:  # noqa: ARG001 - asks for nothing
    """Return the newest charge that a till made by a code of the person who asks."""
    return Shown(charge=await store.find_shown(work.db, work.actor.person_id))
