"""What the room does later: sends the codes that were asked for, and forgets what is over."""

from collections.abc import Sequence

from banyan.base.errors import Failure
from banyan.base.secret import Secret
from banyan.books.journal import Fact, Follower
from banyan.books.timers import Timer
from banyan.books.work import Work
from banyan.parties.people import Language
from banyan.parties.sessions.limits import FORGET_MAX
from banyan.parties.sessions.ports import PORTS
from banyan.parties.sessions.request_code import FORGET_CODE, open_letter
from banyan.parties.sessions.sign_in import EXPIRE_SESSION
from banyan.parties.sessions.store import expire_session, forget_code, lock_sealed, set_delivered
from banyan.parties.sessions.types import CodeRequested, CodeUndelivered

_at_once_max = 20
"""Codes sent in one transaction: a slow sender must not keep it open for long."""


async def on_code_requested(work: Work, facts: Sequence[Fact]) -> None:
    """Send the codes that still wait, and throw the letters away.

    A crash between sending and the commit sends a code again; none is lost. What can't be
    delivered is recorded and given up: its owner asks again, and nobody else waits for it.
    """
    seal, sender = PORTS.seal, PORTS.sender
    languages = {fact.subject_id: fact.decode(CodeRequested).language for fact in facts}
    codes = await lock_sealed(work.db, sorted(languages), work.now)
    for code in codes:
        letter = open_letter(seal, code.code_id, code.sealed)
        try:
            await sender.send(letter.phone, Secret(letter.code), Language(languages[code.code_id]))
        except Failure as failure:
            work.record(CodeUndelivered(subject_id=code.code_id, reason=failure.code))
    await set_delivered(work.db, [code.code_id for code in codes])


async def on_code_over(work: Work, timer: Timer) -> None:
    """Delete a code that has expired unused, and counts that no longer matter."""
    await forget_code(work.db, timer.subject, work.now, FORGET_MAX)


async def on_session_over(work: Work, timer: Timer) -> None:
    """Delete a session that has expired."""
    await expire_session(work.db, timer.subject, work.now)


FOLLOWERS = (
    Follower(
        name="sessions.deliver_codes",
        kinds=("sessions.code_requested",),
        handle=on_code_requested,
        batch_max=_at_once_max,
    ),
)
TIMERS = {FORGET_CODE: on_code_over, EXPIRE_SESSION: on_session_over}
