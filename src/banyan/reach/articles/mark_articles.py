"""Lets people like articles and keep them, each once, and take that back."""

from collections.abc import Iterable, Sequence

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.books.work import Call, Permission, Work, plural
from banyan.reach.articles import store
from banyan.reach.articles.outs import Out, find_outs
from banyan.reach.articles.store import Key
from banyan.reach.articles.types import (
    ArticleEvent,
    ArticleFavoured,
    ArticleLiked,
    ArticlePlace,
    ArticleUnfavoured,
    ArticleUnliked,
    Mark,
    PackId,
    ReadScene,
    Tally,
)
from banyan.reach.channels import ChannelId

_Owned = tuple[Key, str, int]
"""An article, a mark and whose it is."""
_events: dict[tuple[str, bool], type[ArticleEvent]] = {
    (Mark.LIKE, True): ArticleLiked,
    (Mark.LIKE, False): ArticleUnliked,
    (Mark.FAVOURITE, True): ArticleFavoured,
    (Mark.FAVOURITE, False): ArticleUnfavoured,
}


class MarkArticle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Have me like this article, or keep it; or no more."""

    channel_id: ChannelId
    article_id: PackId
    place: ArticlePlace
    mark: Mark
    is_on: bool
    scene: ReadScene = ReadScene.OTHER


class Marked(msgspec.Struct, frozen=True, kw_only=True):
    """How the person stands to the article now, and how all do."""

    is_on: bool
    tally: Tally


@plural(permission=Permission.PERSON, batch_max=256)
async def mark_articles(
    work: Work, calls: Sequence[Call[MarkArticle]]
) -> Sequence[Marked | Failure]:
    """Set marks: a person's counts once, however often they say so.

    Of several words of one person in a batch the last holds. Refuses a caller with NotFound
    `articles.not_published`.
    """
    outs = await find_outs(work, [call.command for call in calls])
    last = {_owned(call): call for call in calls if _key(call.command) in outs}
    wanted = {owned: call.at for owned, call in last.items() if call.command.is_on}
    given = await store.insert_marks(work.db, wanted) if wanted else set()
    unwanted = last.keys() - wanted.keys()
    taken = await store.delete_marks(work.db, unwanted) if unwanted else set()
    if given or taken:
        await store.add_tallies(work.db, _sum(given, taken))
    for owned in sorted(given | taken):
        _record(work, last[owned], outs[owned[0]])
    tallies = await store.find_tallies(work.db, outs.keys())
    return [
        Marked(
            is_on=last[_owned(call)].command.is_on,
            tally=tallies.get(_key(call.command), Tally()),
        )
        if _key(call.command) in outs
        else NotFound("articles.not_published")
        for call in calls
    ]


def _sum(given: Iterable[_Owned], taken: Iterable[_Owned]) -> dict[Key, Tally]:
    sums: dict[Key, Tally] = {}
    for step, marks in ((1, given), (-1, taken)):
        for key, mark, _ in marks:
            before = sums.get(key, Tally())
            name = "likes_count" if mark == Mark.LIKE else "favourites_count"
            sums[key] = msgspec.structs.replace(before, **{name: getattr(before, name) + step})
    return sums


def _record(work: Work, call: Call[MarkArticle], out: Out) -> None:
    command = call.command
    event = _events[command.mark, command.is_on]
    work.record(
        event(**out.facts(command.place), person_id=call.actor.person_id, scene=command.scene),
        call.index,
    )


def _key(command: MarkArticle) -> Key:
    return int(command.channel_id), command.article_id, command.place


def _owned(call: Call[MarkArticle]) -> _Owned:
    return _key(call.command), call.command.mark.value, call.actor.person_id
