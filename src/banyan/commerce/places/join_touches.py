"""A visitor signs in: what they scanned before becomes theirs."""

from datetime import timedelta

import msgspec

from banyan.books.work import Permission, Work, single
from banyan.commerce.places import rules, store
from banyan.commerce.places.types import TouchJoined, VisitorToken

REMEMBERED_FOR = timedelta(days=30)
"""How old a touch may be to be joined."""
JOINED_MAX = 200
"""Most touches that one sign-in joins, the latest first."""


class JoinTouches(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """This device was mine all along."""

    visitor: VisitorToken


class JoinedTouches(msgspec.Struct, frozen=True, kw_only=True):
    """How many touches became the person's."""

    count: int


@single(permission=Permission.PERSON)
async def join_touches(work: Work, command: JoinTouches) -> JoinedTouches:
    """Give the visitor's touches of the last thirty days to the person who asks.

    A touch that is already somebody's stays theirs; doing it again changes nothing.
    """
    digest = rules.compute_visitor(command.visitor)
    assert digest is not None
    joined = await store.join_touches(
        work.db,
        digest,
        work.actor.person_id,
        now=work.now,
        since=work.now - REMEMBERED_FOR,
        limit=JOINED_MAX,
    )
    for row in sorted(joined, key=lambda one: one["touch_id"]):
        work.record(
            TouchJoined(
                merchant_id=row["merchant_id"],
                person_id=work.actor.person_id,
                store_id=row["store_id"],
                code_id=row["code_id"],
                subject_id=row["touch_id"],
                touched_at=row["touched_at"],
            )
        )
    return JoinedTouches(count=len(joined))
