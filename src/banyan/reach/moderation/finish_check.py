"""Hands checks to whoever judges them in the back, and takes down what was found."""

from datetime import datetime

import msgspec

from banyan.books.work import Permission, Work, single
from banyan.reach.channels import access_channel
from banyan.reach.moderation import store
from banyan.reach.moderation.ask_check import tell
from banyan.reach.moderation.judge_text import OPERATOR
from banyan.reach.moderation.ports import PORTS
from banyan.reach.moderation.rules import decide_state, decide_verdict
from banyan.reach.moderation.types import Check, CheckState, Evidence, Word

TAKINGS_MAX = 5
"""What nobody can judge so often is for people to look at."""


class TakeChecks(msgspec.Struct, frozen=True, kw_only=True):
    """Give me what is to be judged, and let nobody else have it until then, by the real clock."""

    at: datetime
    until: datetime
    limit: int


class TakenCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A check, and the words that hold for it beside ours."""

    check: Check
    words: list[Word]


class FinishCheck(msgspec.Struct, frozen=True, kw_only=True):
    """All of it was judged; what pictures say comes after the other texts."""

    channel_id: int
    check_id: int
    picture_texts: list[str] = []
    evidence: list[Evidence]


@single(permission=Permission.SYSTEM, is_answer_kept=False)
async def take_checks(work: Work, command: TakeChecks) -> list[TakenCheck]:
    """Lease checks; what was taken in vain again and again is left to people."""
    found = await store.take_checks(work.db, command.at, command.until, command.limit)
    taken: list[TakenCheck] = []
    for check, takings in found:
        if takings > TAKINGS_MAX:
            given_up = msgspec.structs.replace(check, state=CheckState.WAITING)
            await store.set_decided(work.db, given_up)
            continue
        words = await store.list_words(work.db, [OPERATOR, int(check.merchant_id)])
        taken.append(TakenCheck(check=check, words=words))
    return taken


@single(permission=Permission.SYSTEM)
async def finish_check(work: Work, command: FinishCheck) -> CheckState:
    """End a check, or leave it to people. One that somebody else has ended stays as it is."""
    before = await store.lock_check(work.db, command.channel_id, command.check_id)
    assert before is not None, "checks are never deleted while somebody has them"
    if before.state is not CheckState.CHECKING:
        return before.state
    channel = await access_channel(work.db, command.channel_id)
    evidence = list(command.evidence)
    if before.content.is_writing:
        evidence += await PORTS.find_copies(work, channel, before.content.texts)
    verdict = decide_verdict(evidence)
    state = decide_state(verdict, waits=before.waits)
    texts = [*before.content.texts, *command.picture_texts]
    content = msgspec.structs.replace(before.content, texts=texts)
    check = msgspec.structs.replace(
        before,
        content=content,
        state=state,
        reason=verdict.reason,
        evidence=verdict.evidence,
        decided_at=work.now if state.is_decided else None,
    )
    await store.set_decided(work.db, check)
    if state.is_decided:
        await tell(work, channel, check, is_by_people=False)
    return state
