"""Lists the devices on which a person is signed in."""

from datetime import datetime

import msgspec

from banyan.base.db import Connection
from banyan.base.paging import Page
from banyan.books.work import Permission, Work, reading
from banyan.parties.sessions.limits import SESSIONS_MAX
from banyan.parties.sessions.store import list_live_sessions
from banyan.parties.sessions.types import PersonActor, Session


class ListSessions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List one's own sessions."""


@reading(permission=Permission.PERSON)
async def list_sessions(work: Work, query: ListSessions) -> Page[Session]:  # noqa: ARG001 - asks for nothing
    """Return all sessions of the person who asks, the last seen first: there are few."""
    actor = work.actor
    current = actor.session_id if isinstance(actor, PersonActor) else 0
    return Page(
        await list_live_sessions(work.db, actor.person_id, work.now, SESSIONS_MAX, current=current)
    )


async def find_last_device(db: Connection, person_id: int, now: datetime) -> str:
    """Return what the device is called that a person used last; empty if that is not known."""
    sessions = await list_live_sessions(db, person_id, now, 1, current=0)
    return sessions[0].device if sessions else ""
