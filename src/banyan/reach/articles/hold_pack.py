"""Holds a pack of articles as it is, to be let out when a message to many goes."""

from banyan.base.errors import NotFound
from banyan.books.work import Work
from banyan.reach.articles import store
from banyan.reach.articles.ports import PORTS
from banyan.reach.articles.publish import FIRST_NUMBER
from banyan.reach.articles.types import PackPublished, PackState, Publication
from banyan.reach.channels import Channel


async def hold_pack(work: Work, channel: Channel, media_id: str) -> Publication:
    """Return a publication of the pack as it is now; nobody may read it before `release_pack`.

    The pack stays until then. Raises NotFound `articles.not_found`.
    """
    pack = await store.lock_pack(work.db, channel.channel_id, media_id, work.now)
    if pack is None:
        raise NotFound("articles.not_found")
    article_id = PORTS.draw_id()
    number = await store.insert_publication(work.db, pack, article_id, FIRST_NUMBER, work.now)
    return Publication(
        channel_id=channel.channel_id,
        publish_number=number,
        article_id=article_id,
        articles=pack.articles,
        deleted=[],
        submitted_at=work.now,
        published_at=None,
    )


async def release_pack(
    work: Work, merchant_id: int, channel_id: int, publish_number: int, media_id: str
) -> None:
    """Let anybody read what was held; a draft is none any more."""
    if not await store.set_published(work.db, channel_id, publish_number, work.now):
        return
    await store.delete_pack(work.db, channel_id, media_id, [PackState.DRAFT])
    found = await store.find_publication(work.db, channel_id, publish_number)
    assert found is not None
    work.record(
        PackPublished(
            merchant_id=int(merchant_id),
            channel_id=int(channel_id),
            article_id=found.article_id,
            articles_count=len(found.articles),
        )
    )


async def show_pack(work: Work, channel_id: int, publish_number: int) -> None:
    """Let whoever knows its address read what was held; it is listed nowhere."""
    await store.set_unlisted(work.db, channel_id, publish_number)
    await store.set_published(work.db, channel_id, publish_number, work.now)


def link_to(channel_id: int, article_id: str, place: int) -> str:
    """Where an article of a publication is read. Raises Trouble `articles.no_address`."""
    return PORTS.link(channel_id, article_id, place)
