"""Followers: nothing skipped, nothing repeated in effect, whatever is slow or killed."""

import asyncio
from collections.abc import Sequence

import msgspec
import pytest

from banyan.books.actor import SYSTEM, Permission
from banyan.books.follow import News, enrol, follow, follow_forever, follow_once
from banyan.books.journal import Event, Fact, Follower, lane_of
from banyan.books.journal.store import list_behind
from banyan.books.office import Office
from banyan.books.work import Work, single
from tests.books.conftest import open_office


class Said(Event, frozen=True, kw_only=True, tag="test.said"):
    """Somebody said a word."""

    word: int


class Echoed(Event, frozen=True, kw_only=True, tag="test.echoed"):
    """A follower heard it; recorded so that effects can be counted."""

    word: int


class Hummed(Event, frozen=True, kw_only=True, tag="test.hummed"):
    """Somebody hummed a word."""

    word: int


class Heard(Event, frozen=True, kw_only=True, tag="test.heard"):
    """A follower heard a word."""

    by: str
    word: int


class Say(msgspec.Struct, frozen=True):
    """Say it, after a pause."""

    word: int
    pause_s: float = 0.0


@single(permission=Permission.SYSTEM)
async def say(work: Work, command: Say) -> Say:
    """The pause is inside the transaction: ids were taken early, the commit comes late."""
    work.ids.next()
    await asyncio.sleep(command.pause_s)
    work.record(Said(word=command.word, merchant_id=command.word % 3 + 1))
    return command


@single(permission=Permission.SYSTEM)
async def hum(work: Work, command: Say) -> Say:
    """The same, of another kind."""
    work.ids.next()
    await asyncio.sleep(command.pause_s)
    work.record(Hummed(word=command.word, merchant_id=command.word % 3 + 1))
    return command


async def _echo(work: Work, facts: Sequence[Fact]) -> None:
    for fact in facts:
        said = fact.decode(Said)
        work.record(Echoed(word=said.word, merchant_id=said.merchant_id))


ECHO = Follower(name="test.echo", kinds=("test.said",), handle=_echo, batch_max=7)


async def _echoes(office: Office) -> list[int]:
    async with office.pool.acquire() as db:
        rows = await db.fetch("select data from journal.events where kind = 'test.echoed'")
    return sorted(msgspec.json.decode(row["data"])["word"] for row in rows)


async def test_slow_transactions_are_not_skipped(office: Office, dsn: str) -> None:
    """Two processes follow while a hundred transactions of all lengths commit in any order."""
    async with open_office(dsn) as other:
        await enrol(office, [ECHO])
        writing = asyncio.gather(
            *(
                (office, other)[word % 2].run(say, Say(word, word * 37 % 11 * 0.01), SYSTEM)
                for word in range(100)
            )
        )
        while not writing.done():
            await asyncio.gather(follow_once(office, [ECHO]), follow_once(other, [ECHO]))
            await asyncio.sleep(0.002)
        await writing
        while await follow_once(office, [ECHO]):
            pass
    assert await _echoes(office) == list(range(100))


async def test_a_failing_follower_starts_again_where_it_stood(office: Office) -> None:
    """It fails after having noted its effect: nothing of it remains, and nothing is lost."""
    failures = 3

    async def fail_at_first(work: Work, facts: Sequence[Fact]) -> None:
        nonlocal failures
        await _echo(work, facts)
        if failures:
            failures -= 1
            message = "killed here"
            raise RuntimeError(message)

    follower = Follower(name="test.fragile", kinds=("test.said",), handle=fail_at_first)
    await enrol(office, [follower])
    for word in range(20):
        await office.run(say, Say(word), SYSTEM)
    for _ in range(10):
        await follow_once(office, [follower])
    assert failures == 0
    assert await _echoes(office) == list(range(20))


async def test_facts_of_a_lane_come_in_order(office: Office) -> None:
    """What one merchant did first is read first, also in small steps."""
    seen: list[int] = []

    async def note(_work: Work, facts: Sequence[Fact]) -> None:
        seen.extend(fact.number for fact in facts if fact.merchant_id == 1)

    follower = Follower(name="test.order", kinds=("test.said",), handle=note, batch_max=3)
    await enrol(office, [follower])
    await asyncio.gather(*(office.run(say, Say(word * 3), SYSTEM) for word in range(30)))
    while await follow_once(office, [follower]):
        pass
    assert seen == list(range(1, 31))


@pytest.mark.parametrize("kinds", [("test.other",), ()])
async def test_cursor_passes_what_it_does_not_want(office: Office, kinds: tuple[str, ...]) -> None:
    """Unwanted kinds move the cursor on; no kinds means all."""
    seen: list[str] = []

    async def note(_work: Work, facts: Sequence[Fact]) -> None:
        seen.extend(fact.kind for fact in facts)

    follower = Follower(name="test.picky", kinds=kinds, handle=note)
    await enrol(office, [follower])
    await office.run(say, Say(1), SYSTEM)
    assert await follow_once(office, [follower]) == 1
    assert await follow_once(office, [follower]) == 0
    assert seen == ([] if kinds else ["test.said"])


async def test_a_cursor_never_goes_back(office: Office) -> None:
    """A worker that was held up sees the lane as it was and the cursor as another has left it."""
    await enrol(office, [ECHO])
    for _ in range(3):
        await office.run(say, Say(0), SYSTEM)
    while await follow_once(office, [ECHO]):
        pass
    lane = lane_of(1, 0)
    async with office.pool.acquire() as db:
        until = await db.fetchval("select last_number from journal.lanes where lane = $1", lane)
        await db.execute("update journal.lanes set last_number = 1 where lane = $1", lane)
        assert (await follow(office, ECHO, lane)).passed == 0
        await db.execute("update journal.lanes set last_number = $2 where lane = $1", lane, until)
    assert (await follow(office, ECHO, lane)).passed == 0
    assert await _echoes(office) == [0, 0, 0]


async def test_whom_nothing_concerns_passes_and_nobody_misses_anything(
    office: Office, dsn: str
) -> None:
    """Facts of three kinds for six followers, read by two processes while they are written."""
    heard: dict[str, list[int]] = {"a": [], "b": [], "all": [], "none": []}

    def listener(name: str, kinds: tuple[str, ...]) -> Follower:
        async def hear(work: Work, facts: Sequence[Fact]) -> None:
            # What is heard counts only once it is committed, like any effect.
            for fact in facts:
                if fact.kind in {"test.said", "test.hummed"}:
                    work.record(
                        Heard(by=name, word=msgspec.json.decode(fact.data)["word"], merchant_id=9)
                    )

        return Follower(name=f"test.{name}", kinds=kinds, handle=hear, batch_max=5)

    followers = [
        listener("a", ("test.said",)),
        listener("b", ("test.hummed", "test.other")),
        listener("all", ("test.said", "test.hummed")),
        listener("none", ("test.other",)),
    ]
    async with open_office(dsn) as other:
        await enrol(office, followers)
        writing = asyncio.gather(
            *(
                (office, other)[word % 2].run(
                    say if word % 3 else hum, Say(word, word % 7 * 0.01), SYSTEM
                )
                for word in range(120)
            )
        )
        while not writing.done():
            await asyncio.gather(follow_once(office, followers), follow_once(other, followers))
            await asyncio.sleep(0.002)
        await writing
        while await follow_once(office, followers):
            pass
    async with office.pool.acquire() as db:
        rows = await db.fetch("select data from journal.events where kind = 'test.heard'")
        behind = await list_behind(db, [one.name for one in followers])
    for row in rows:
        told = msgspec.json.decode(row["data"])
        heard[told["by"]].append(told["word"])
    said = [word for word in range(120) if word % 3]
    hummed = [word for word in range(120) if not word % 3]
    assert sorted(heard["a"]) == said
    assert sorted(heard["b"]) == hummed
    assert sorted(heard["all"]) == list(range(120))
    assert heard["none"] == []
    assert behind == []


async def test_who_begins_late_reads_all_from_the_beginning(office: Office) -> None:
    """Passing over is for those who are nearly there: others read step by step, once."""
    early = Follower(name="test.early", kinds=("test.other",), handle=_echo)
    await enrol(office, [early])
    for word in range(10):
        await office.run(say, Say(word), SYSTEM)
    while await follow_once(office, [early]):
        pass
    await enrol(office, [ECHO])
    while await follow_once(office, [early, ECHO]):
        pass
    assert await _echoes(office) == list(range(10))


async def test_a_new_fact_wakes_only_who_wants_it(office: Office) -> None:
    """What nobody wants is looked at once; an emptied lane counts as new from its beginning."""
    deaf = Follower(name="test.deaf", kinds=("test.other",), handle=_echo)
    everything = Follower(name="test.everything", kinds=(), handle=_echo)
    await office.run(hum, Say(0), SYSTEM)
    news = News([deaf, ECHO, everything])
    lane = lane_of(1, 0)
    async with office.pool.acquire() as db:
        assert await news.look(db) == set()
        await office.run(hum, Say(0), SYSTEM)
        assert await news.look(db) == {("test.everything", lane)}
        await office.run(say, Say(0), SYSTEM)
        assert await news.look(db) == {("test.echo", lane), ("test.everything", lane)}
        assert await news.look(db) == set()
        await db.execute("delete from journal.events; update journal.lanes set last_number = 0")
        assert await news.look(db) == set()
        await office.run(say, Say(0), SYSTEM)
        assert await news.look(db) == {("test.echo", lane), ("test.everything", lane)}


async def test_who_follows_for_ever_hears_all_and_tries_again(office: Office) -> None:
    """Also what was said before, what comes in masses, and what was heard in vain at first."""
    failures = 2

    async def fail_at_first(work: Work, facts: Sequence[Fact]) -> None:
        nonlocal failures
        if failures:
            failures -= 1
            message = "not yet"
            raise RuntimeError(message)
        await _echo(work, facts)

    follower = Follower(name="test.ever", kinds=("test.said",), handle=fail_at_first, batch_max=3)
    await enrol(office, [follower])
    await asyncio.gather(*(office.run(say, Say(word), SYSTEM) for word in range(20)))
    async with asyncio.timeout(120), asyncio.TaskGroup() as group:
        following = group.create_task(follow_forever(office, [follower]))
        await _wait_for(office, 20)
        for word in range(20, 40):
            await office.run(say if word % 2 else hum, Say(word), SYSTEM)
        await _wait_for(office, 30)
        following.cancel()
    assert await _echoes(office) == [*range(20), *range(21, 40, 2)]


async def _wait_for(office: Office, count: int) -> None:
    while len(await _echoes(office)) < count:  # noqa: ASYNC110 - the database rings no bell here
        await asyncio.sleep(0.05)


async def test_few_facts_among_many_are_read_in_one_step(office: Office) -> None:
    """Unwanted facts count for nothing: a step is as long as what is wanted allows."""
    numbers: list[int] = []

    async def note(_work: Work, facts: Sequence[Fact]) -> None:
        numbers.extend(fact.number for fact in facts)

    follower = Follower(name="test.rare", kinds=("test.hummed",), handle=note, batch_max=2)
    await enrol(office, [follower])
    for word in range(12):
        await office.run(hum if word in {5, 7, 9} else say, Say(word * 3), SYSTEM)
    lane = lane_of(1, 0)
    assert [(await follow(office, follower, lane)).passed for _ in range(3)] == [8, 4, 0]
    assert numbers == [6, 8, 10]
