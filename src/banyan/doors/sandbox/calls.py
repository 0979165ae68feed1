"""The shape of the sandbox's calls: a function over the playground, and a line in its table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import NONE
from banyan.books.actor import Actor
from banyan.books.work import Operation, Permission
from banyan.doors.sandbox.ports import Playground
from banyan.parties.people import PersonId, ReadProfile, read_profile
from banyan.parties.staff import GRANTS_MAX, compute_grant, list_grants


class Empty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An empty object."""


class Call(Operation[Any, Any]):
    """A call of the sandbox: takes (playground, command)."""


def call(function: Callable[[Playground, Any], Awaitable[Any]]) -> Call:
    """Declare a call."""
    return Call(function, Permission.SYSTEM)


class Runner:
    """Runs calls as an Office runs operations."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    async def run(
        self, operation: Operation[Any, Any], command: object, actor: Actor, *, key: str = ""
    ) -> object:
        """The call's result; raises Failure."""
        del actor, key
        return await operation.function(self._playground, command)


def as_person(person: int) -> Actor:
    """The actor of a person, without grants of any merchant."""
    return Actor(kind="person", actor_id=person, person_id=person)


async def meet(playground: Playground, person: PersonId) -> Actor:
    """The actor of a person who exists. Raises NotFound `people.not_found`."""
    if person == NONE:
        raise NotFound("people.not_found")
    actor = as_person(person)
    await playground.office.run(read_profile, ReadProfile(), actor)
    return actor


async def read_owner(playground: Playground, person: PersonId) -> Actor:
    """The actor of a person with all that they may do for merchants.

    Raises NotFound `people.not_found`.
    """
    actor = await meet(playground, person)
    async with playground.office.begin() as work:
        rows = await list_grants(work.db, int(person), GRANTS_MAX)
    grants = {int(row.merchant_id): compute_grant(row.role, row.store_ids) for row in rows}
    return msgspec.structs.replace(actor, kind="staff", grants=grants)
