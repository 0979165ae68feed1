"""Calls about the API itself: who is asking, and the yardstick of the benchmarks."""

from __future__ import annotations

import msgspec

from banyan.base.ids import Id
from banyan.books.actor import Actor, Permission
from banyan.doors.http.here import here
from banyan.doors.http.route import Route


class Echo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing: an empty JSON object."""


class Echoed(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing: an empty JSON object."""


@here(permission=Permission.PERSON)
async def echo(actor: Actor, command: Echo) -> Echoed:
    """Do nothing, by exactly the path of every other call: sign-in, limits, parsing, answer.

    What any call costs beyond this is its own doing, so benchmarks measure against it.
    """
    del actor, command
    return Echoed()


class WhoAmI(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is asking?"""


class GrantHeld(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller may do for one merchant."""

    merchant_id: Id
    permissions: list[str]
    store_ids: list[Id] | None
    """The stores it is limited to; null for all of them."""


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """The one who asks, as the server knows them."""

    kind: str
    actor_id: Id
    person_id: Id
    language: str
    grants: list[GrantHeld]


@here(permission=Permission.PUBLIC)
async def who_am_i(actor: Actor, command: WhoAmI) -> Caller:
    """Tell who the token in this request stands for, and what it may do."""
    del command
    return Caller(
        kind=actor.kind,
        actor_id=Id(actor.actor_id),
        person_id=Id(actor.person_id),
        language=actor.language,
        grants=[
            GrantHeld(
                merchant_id=Id(merchant_id),
                permissions=sorted(one.value for one in grant.permissions),
                store_ids=None
                if grant.store_ids is None
                else [Id(x) for x in sorted(grant.store_ids)],
            )
            for merchant_id, grant in actor.grants.items()
        ],
    )


ROUTES = (
    Route("POST", "/v1/echo", echo, summary="Do nothing, fast", tags=("system",)),
    Route("GET", "/v1/whoami", who_am_i, summary="Tell who is asking", tags=("system",)),
)
