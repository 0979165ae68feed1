"""Judges texts at once: for what cannot wait, and as the first step of a check."""

import asyncio
from collections.abc import Sequence

from banyan.base.errors import Refusal
from banyan.books.work import Work
from banyan.reach.channels import Channel
from banyan.reach.moderation import store
from banyan.reach.moderation.ports import PORTS
from banyan.reach.moderation.rules import AT_ONCE_CHARACTERS_MAX, decide_verdict
from banyan.reach.moderation.types import Opinion, Verdict, Word

OPERATOR = 0
"""Whose words hold for everybody."""
_words_told_max = 10


def judge_text(texts: Sequence[str], own: Sequence[Word] = ()) -> Verdict:
    """Judge texts by our rules and these words, without looking anything up."""
    return decide_verdict(PORTS.judge.find(texts, own))


async def judge_for(work: Work, channel: Channel, texts: Sequence[str]) -> Verdict:
    """Judge texts of a channel by our rules, the operator's words and its merchant's."""
    own = await store.list_words(work.db, [OPERATOR, int(channel.merchant_id)])
    if sum(map(len, texts)) <= AT_ONCE_CHARACTERS_MAX:
        return judge_text(texts, own)
    return await asyncio.to_thread(judge_text, texts, own)


async def check_texts(work: Work, channel: Channel, texts: Sequence[str]) -> None:
    """Accept texts that may be seen at once; what people might look at passes.

    Raises Refusal `moderation.refused` with `reason` and `words`.
    """
    verdict = await judge_for(work, channel, [one for one in texts if one])
    if verdict.opinion is Opinion.REFUSE:
        raise refusal_of(verdict)


def refusal_of(verdict: Verdict) -> Refusal:
    """The refusal that tells why."""
    assert verdict.reason is not None
    words = verdict.words[:_words_told_max]
    return Refusal("moderation.refused", reason=verdict.reason.value, words=words)
