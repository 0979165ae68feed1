"""Turns sessions' tokens into the actors they stand for, and keeps "last seen"."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.errors import Failure
from banyan.base.secret import digest
from banyan.books.work import Actor, Call, Connection, Permission, Work, plural
from banyan.parties.sessions.limits import SEEN_BATCH_MAX, SEEN_STEP
from banyan.parties.sessions.ports import PORTS
from banyan.parties.sessions.sign_in import TOKEN_PREFIX
from banyan.parties.sessions.store import find_actor_rows, set_seen
from banyan.parties.sessions.types import PersonActor
from banyan.parties.staff import GRANTS_MAX, Role, compute_grant


class MarkSeen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Note that the device which asks is in use."""


@plural(permission=Permission.PERSON, batch_max=SEEN_BATCH_MAX)
async def mark_seen(work: Work, calls: Sequence[Call[MarkSeen]]) -> Sequence[Failure | None]:
    """Write "last seen" of the callers' sessions. The door runs it when an actor's is stale."""
    actors = [call.actor for call in calls]
    session_ids = {one.session_id for one in actors if isinstance(one, PersonActor)}
    await set_seen(work.db, sorted(session_ids), work.now)
    return [None] * len(calls)


async def find_actors(db: Connection, tokens: Iterable[str], now: datetime) -> dict[str, Actor]:
    """Return the people behind sessions' tokens with all they may do, by token.

    Tokens that stand for nobody are left out, those of another kind too, so that whoever has some
    texts may simply ask.
    """
    digests = {digest(token): token for token in tokens if token.startswith(f"{TOKEN_PREFIX}_")}
    if not digests:
        return {}
    rows = await find_actor_rows(db, list(digests), now, GRANTS_MAX)
    rows_of: dict[str, list[asyncpg.Record]] = {}
    for row in rows:
        rows_of.setdefault(digests[row["token_digest"]], []).append(row)
    return {token: _actor(found, now) for token, found in rows_of.items()}


def _actor(rows: Sequence[asyncpg.Record], now: datetime) -> Actor:
    first = rows[0]
    grants = {
        row["merchant_id"]: compute_grant(Role(row["role"]), row["store_ids"])
        for row in rows
        if row["merchant_id"] is not None
    }
    return PersonActor(
        kind="staff" if grants else "person",
        actor_id=first["person_id"],
        person_id=first["person_id"],
        grants=grants,
        language=first["language"],
        is_operator=first["phone"] in PORTS.operators,
        session_id=first["session_id"],
        is_seen_stale=now - first["last_seen_at"] >= SEEN_STEP,
    )
