"""Ends sessions: this one, another device's, or all."""

from collections.abc import Sequence

import msgspec

from banyan.base.errors import NotFound
from banyan.books.work import Permission, Work, single
from banyan.parties.sessions.sign_in import EXPIRE_SESSION
from banyan.parties.sessions.store import delete_session, delete_sessions
from banyan.parties.sessions.types import PersonActor, PersonSignedOut, SessionId, SignedOut


class SignOut(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """End the session that asks."""


class RevokeSession(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """End one of one's own sessions, wherever that device is."""

    session_id: SessionId


class SignOutEverywhere(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """End all of one's own sessions, this one too."""


@single(permission=Permission.PERSON)
async def sign_out(work: Work, command: SignOut) -> SignedOut:  # noqa: ARG001 - asks for nothing
    """End the session of the device that asks; nothing happens if it ended already."""
    actor = work.actor
    session_id = actor.session_id if isinstance(actor, PersonActor) else 0
    has_ended = await delete_session(work.db, actor.person_id, session_id)
    return _note(work, [session_id] if has_ended else [])


@single(permission=Permission.PERSON)
async def revoke_session(work: Work, command: RevokeSession) -> SignedOut:
    """End one session of the person who asks. Raises NotFound `sessions.not_found`."""
    if not await delete_session(work.db, work.actor.person_id, command.session_id):
        raise NotFound("sessions.not_found")
    return _note(work, [command.session_id])


@single(permission=Permission.PERSON)
async def sign_out_everywhere(
    work: Work,
    command: SignOutEverywhere,  # noqa: ARG001 - asks for nothing
) -> SignedOut:
    """End every session of the person who asks."""
    return _note(work, await delete_sessions(work.db, work.actor.person_id))


def _note(work: Work, session_ids: Sequence[int]) -> SignedOut:
    for session_id in session_ids:
        work.cancel_later(EXPIRE_SESSION, session_id)
        work.record(PersonSignedOut(person_id=work.actor.person_id, subject_id=session_id))
    return SignedOut(count=len(session_ids))
