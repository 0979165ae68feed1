"""Notes that people show articles to others."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.books.work import Call, Permission, Work, plural
from banyan.reach.articles import store
from banyan.reach.articles.outs import find_outs
from banyan.reach.articles.store import Key
from banyan.reach.articles.types import (
    ArticlePlace,
    ArticleShared,
    PackId,
    ReadScene,
    ShareTarget,
    Tally,
)
from banyan.reach.channels import ChannelId


class ShareArticle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """I show this article to somebody."""

    channel_id: ChannelId
    article_id: PackId
    place: ArticlePlace
    target: ShareTarget
    scene: ReadScene = ReadScene.OTHER


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """How often the article was read, liked and shared by now."""

    tally: Tally


@plural(permission=Permission.PERSON, batch_max=256)
async def share_articles(
    work: Work, calls: Sequence[Call[ShareArticle]]
) -> Sequence[Shared | Failure]:
    """Note who shares what with whom; each time counts.

    Refuses a caller with NotFound `articles.not_published`.
    """
    outs = await find_outs(work, [call.command for call in calls])
    counts = Counter(key for call in calls if (key := _key(call.command)) in outs)
    if counts:
        sums = {key: Tally(shares_count=count) for key, count in counts.items()}
        await store.add_tallies(work.db, sums)
    tallies = await store.find_tallies(work.db, outs.keys())
    outcomes: list[Shared | Failure] = []
    for call in calls:
        key = _key(call.command)
        if key not in outs:
            outcomes.append(NotFound("articles.not_published"))
            continue
        outcomes.append(Shared(tally=tallies[key]))
        shared = ArticleShared(
            **outs[key].facts(call.command.place),
            person_id=call.actor.person_id,
            scene=call.command.scene,
            target=call.command.target,
        )
        work.record(shared, call.index)
    return outcomes


def _key(command: ShareArticle) -> Key:
    return int(command.channel_id), command.article_id, command.place
