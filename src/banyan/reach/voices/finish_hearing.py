"""Hands voices to whoever hears them in the back, and takes down what was heard."""

from datetime import datetime

import msgspec

from banyan.books.work import Permission, Work, single
from banyan.reach.voices import store
from banyan.reach.voices.ports import PORTS
from banyan.reach.voices.rules import TAKINGS_MAX
from banyan.reach.voices.types import Hearing, HearingState, Origin


class TakeHearings(msgspec.Struct, frozen=True, kw_only=True):
    """Give me what is to be heard, and let nobody else have it until then, by the real clock."""

    at: datetime
    until: datetime
    limit: int


class FinishHearing(msgspec.Struct, frozen=True, kw_only=True):
    """This came of it."""

    hearing: Hearing
    state: HearingState
    heard: str = ""


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def take_hearings(work: Work, command: TakeHearings) -> list[Hearing]:
    """Lease voices; what was taken in vain again and again is given up."""
    taken = []
    for hearing, takings in await store.take_hearings(
        work.db, command.at, command.until, command.limit
    ):
        if takings > TAKINGS_MAX:
            await _finish(work, hearing, HearingState.UNHEARD, "")
        else:
            taken.append(hearing)
    return taken


@single(permission=Permission.SYSTEM)
async def finish_hearing(work: Work, command: FinishHearing) -> None:
    """End a hearing. One that has ended, or is of another sound since, stays as it is."""
    before = await store.lock_hearing(work.db, command.hearing)
    is_same = before is not None and before.file == command.hearing.file
    if before is not None and is_same and before.state is HearingState.WAITING:
        await _finish(work, before, command.state, command.heard)


async def _finish(work: Work, hearing: Hearing, state: HearingState, heard: str) -> None:
    after = msgspec.structs.replace(hearing, state=state, heard=heard)
    if after.origin is Origin.PROGRAM:
        await store.set_heard(work.db, after)
        return
    # From here on the conversation knows it.
    await store.delete_hearing(work.db, after)
    await PORTS.tell(work, after)
