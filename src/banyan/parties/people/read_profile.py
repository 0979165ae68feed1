"""Reads people: oneself in full, others as they may be seen."""

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, reading
from banyan.parties.ids import PersonId
from banyan.parties.people.store import find_profile
from banyan.parties.people.types import Profile


class ReadProfile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read one's own profile."""


@reading(permission=Permission.PERSON)
async def read_profile(work: Work, query: ReadProfile) -> Profile:  # noqa: ARG001 - asks for nothing
    """Return the profile of the person who asks.

    Raises NotFound `people.not_found` if the person was erased meanwhile.
    """
    profile = await find_profile(work.db, PersonId(work.actor.person_id))
    if profile is None:
        raise NotFound("people.not_found")
    return profile
