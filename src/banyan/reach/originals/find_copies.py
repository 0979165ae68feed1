"""Finds out what texts repeat of what others published before."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from banyan.books.work import Work
from banyan.reach.articles import find_publication, link_to
from banyan.reach.channels import Channel
from banyan.reach.moderation import Evidence, Opinion, Reason, read_page
from banyan.reach.originals import store
from banyan.reach.originals.ports import PORTS
from banyan.reach.originals.types import COMPARED_MIN, LIKE, SAME, Copy, Published

RULE = "likeness"
_candidates_max = 10


async def find_copies(
    work: Work,
    channel: Channel,
    texts: Sequence[str],
    *,
    is_declared: bool = True,
    before: datetime | None = None,
) -> list[Copy | None]:
    """Return what each text repeats most: another merchant's article, by default declared original.

    Candidates have bands in common; how much the texts share is then computed exactly.
    """
    found: list[Copy | None] = []
    for text in texts:
        bands = []
        if len(text) >= COMPARED_MIN:
            bands = await asyncio.to_thread(PORTS.likeness.bands, text)
        candidates = await store.find_alike(
            work.db,
            bands,
            merchant_id=int(channel.merchant_id),
            is_declared=is_declared,
            before=before,
            limit=_candidates_max if bands else 0,
        )
        copies = [
            Copy(original=one, share=await compute_share(text, await read_text(work, one)))
            for one in candidates
        ]
        best = max(copies, key=lambda one: one.share, default=None)
        found.append(best if best is not None and best.share >= LIKE else None)
    return found


async def find_evidence(work: Work, channel: Channel, texts: Sequence[str]) -> list[Evidence]:
    """Return what of a check is somebody else's: nearly all is refused, much is for people."""
    evidence = []
    for place, copy in enumerate(await find_copies(work, channel, texts)):
        if copy is None or copy.original.may_reprint:
            continue
        opinion = Opinion.REFUSE if copy.share >= SAME else Opinion.REVIEW
        told = [f"{copy.share:.0%}", copy.original.title, address_of(copy.original)]
        evidence.append(
            Evidence(rule=RULE, reason=Reason.COPYRIGHT, opinion=opinion, words=told, place=place)
        )
    return evidence


def address_of(one: Published) -> str:
    """Where an article is read. Raises Trouble `articles.no_address`."""
    return link_to(int(one.channel_id), one.article_id, one.place)


async def read_text(work: Work, one: Published) -> str:
    """What an article says, as it is compared with others."""
    publication = await find_publication(work.db, int(one.channel_id), one.publish_number)
    assert publication is not None, "publications are never deleted"
    article = publication.articles[one.place - 1]
    text, _ = await asyncio.to_thread(read_page, article.content)
    return f"{article.title}\n{text}"


async def compute_share(one: str, other: str) -> float:
    """How much two texts have in common, from 0 to 1; in a thread, as it takes its time."""
    return await asyncio.to_thread(PORTS.likeness.share, one, other)
