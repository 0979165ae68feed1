"""Counts the readings of published articles, by people known and not known."""

from collections.abc import Mapping, Sequence

import msgspec

from banyan.base.errors import Failure, Invalid, NotFound
from banyan.books.work import Call, Permission, Work, plural
from banyan.reach.articles import store
from banyan.reach.articles.outs import Out, find_outs
from banyan.reach.articles.rules import READ_AGAIN_AFTER, compute_reader
from banyan.reach.articles.store import Key
from banyan.reach.articles.types import (
    ArticlePlace,
    ArticleRead,
    PackId,
    ReadScene,
    Tally,
    Visitor,
)
from banyan.reach.channels import ChannelId


class OpenArticle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """I have opened this article."""

    channel_id: ChannelId
    article_id: PackId
    place: ArticlePlace
    scene: ReadScene = ReadScene.OTHER
    visitor: Visitor = ""
    """What the device is known by, for readers who are not signed in."""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it."""

    is_counted: bool
    """Not if the same reader opened it a moment ago."""


@plural(permission=Permission.PUBLIC, batch_max=256)
async def open_articles(
    work: Work, calls: Sequence[Call[OpenArticle]]
) -> Sequence[Opening | Failure]:
    """Count readings: of one reader one article at most once in ten minutes.

    A batch writes each article's sum once, however many read it. Refuses a caller with NotFound
    `articles.not_published`, Invalid `articles.reader_unknown`.
    """
    outs = await find_outs(work, [call.command for call in calls])
    outcomes: list[Opening | Failure] = []
    readings: dict[tuple[Key, str], Call[OpenArticle]] = {}
    for call in calls:
        key = _key(call.command)
        reader = compute_reader(call.actor.person_id, call.command.visitor)
        if key not in outs:
            outcomes.append(NotFound("articles.not_published"))
        elif not reader:
            outcomes.append(Invalid("articles.reader_unknown"))
        else:
            is_new = (key, reader) not in readings
            readings.setdefault((key, reader), call)
            outcomes.append(Opening(is_counted=is_new))
    if not readings:
        return outcomes
    times = {key: call.at for key, call in readings.items()}
    counted = await store.count_readings(work.db, times, READ_AGAIN_AFTER)
    positions = {call.index: at for at, call in enumerate(calls)}
    for pair in readings.keys() - counted.keys():
        outcomes[positions[readings[pair].index]] = Opening(is_counted=False)
    if counted:
        await store.add_tallies(work.db, _sum(counted))
    for pair, readings_count in sorted(counted.items()):
        _record(work, readings[pair], outs[pair[0]], is_first=readings_count == 1)
    return outcomes


def _sum(counted: Mapping[tuple[Key, str], int]) -> dict[Key, Tally]:
    sums: dict[Key, Tally] = {}
    for (key, _), readings_count in counted.items():
        before = sums.get(key, Tally())
        sums[key] = Tally(
            reads_count=before.reads_count + 1,
            readers_count=before.readers_count + (readings_count == 1),
        )
    return sums


def _record(work: Work, call: Call[OpenArticle], out: Out, *, is_first: bool) -> None:
    person_id = call.actor.person_id
    reader = compute_reader(person_id, call.command.visitor)
    work.record(
        ArticleRead(
            **out.facts(call.command.place),
            person_id=person_id,
            scene=call.command.scene,
            visitor="" if person_id else reader.removeprefix("v"),
            is_first=is_first,
        ),
        call.index,
    )


def _key(command: OpenArticle) -> Key:
    return int(command.channel_id), command.article_id, command.place
