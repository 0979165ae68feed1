"""Takes from people's eyes what had passed, when it turns out that it must not be seen."""

from collections.abc import Sequence

import msgspec

from banyan.books.work import Work
from banyan.reach.channels import Channel
from banyan.reach.moderation import store
from banyan.reach.moderation.ask_check import tell
from banyan.reach.moderation.rules import decide_verdict
from banyan.reach.moderation.types import CheckState, Evidence, Subject


async def refuse_afterwards(
    work: Work, channel: Channel, subject: Subject, evidence: Sequence[Evidence], note: str
) -> bool:
    """Refuse what had passed; False if nothing of that subject had. Its account may appeal."""
    before = await store.lock_of_subject(work.db, int(channel.channel_id), subject)
    if before is None or before.state is not CheckState.PASSED:
        return False
    verdict = decide_verdict([*evidence, *before.evidence])
    check = msgspec.structs.replace(
        before,
        state=CheckState.REFUSED,
        reason=verdict.reason,
        evidence=verdict.evidence,
        note=note,
        decided_at=work.now,
        decided_by=work.actor.person_id,
        # Whatever was appealed against before, this is another matter.
        appeal="",
    )
    await store.set_decided(work.db, check)
    await tell(work, channel, check, is_by_people=True)
    return True
