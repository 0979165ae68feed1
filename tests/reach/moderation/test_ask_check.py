"""Checks end at once or in the back, once each, and tell the room whose subject it is."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from banyan.app import checker
from banyan.app.checker import Checker
from banyan.base.errors import Refusal
from banyan.books.work import SYSTEM
from banyan.reach.channels import Channel
from banyan.reach.moderation import (
    PORTS,
    Check,
    CheckState,
    Content,
    Evidence,
    FinishCheck,
    Opinion,
    Reason,
    SetWord,
    Subject,
    TakeChecks,
    Word,
    ask_check,
    check_texts,
    finish_check,
    judge_text,
    set_word,
    take_checks,
)
from tests.kit.moderation import BAD, KIND, ask, hear_decisions, make_channel
from tests.kit.world import World


@pytest.fixture
def told() -> Iterator[list[Check]]:
    """What the room of the subject was told."""
    with hear_decisions() as heard:
        yield heard


async def test_good_and_bad_texts_are_decided_at_once(world: World, told: list[Check]) -> None:
    channel = await make_channel(world)
    good = await ask(world, channel, "今天有新茶")
    bad = await ask(world, channel, "今天有新茶", BAD)
    assert [good.state, bad.state] == [CheckState.PASSED, CheckState.REFUSED]
    assert told == [good, bad]
    assert bad.reason is Reason.ADVERTISING
    assert (bad.evidence[0].place, bad.evidence[0].words) == (1, ["加微信", "刷单"])


async def test_what_is_unclear_waits_for_people(world: World, told: list[Check]) -> None:
    channel = await make_channel(world)
    check = await ask(world, channel, "关注必回，互粉")
    assert check.state is CheckState.WAITING
    assert check.reason is Reason.MUTUAL_PROMOTION
    assert not told


async def test_long_texts_are_judged_in_the_back(world: World, told: list[Check]) -> None:
    channel = await make_channel(world)
    good = await ask(world, channel, "茶" * 30_000)
    bad = await ask(world, channel, "茶" * 30_000, BAD)
    assert [good.state, bad.state] == [CheckState.CHECKING] * 2
    judging = Checker(world.office)
    assert await judging.check_waiting() == 2
    assert await judging.check_waiting() == 0
    states = {one.check_id: one.state for one in told}
    assert states == {good.check_id: CheckState.PASSED, bad.check_id: CheckState.REFUSED}


async def test_a_check_has_one_holder_and_comes_back_from_the_dead(
    world: World, told: list[Check]
) -> None:
    channel = await make_channel(world)
    await ask(world, channel, "茶" * 30_000)
    lease = timedelta(minutes=5)
    command = TakeChecks(at=world.now, until=world.now + lease, limit=4)
    counts = [
        len(one)
        for one in await asyncio.gather(
            *(world.office.run(take_checks, command, SYSTEM) for _ in range(8))
        )
    ]
    assert sorted(counts) == [0] * 7 + [1]
    for step in range(1, 6):
        later = TakeChecks(
            at=world.now + lease * step, until=world.now + lease * (step + 1), limit=4
        )
        taken = await world.office.run(take_checks, later, SYSTEM)
        assert len(taken) == (1 if step < 5 else 0)
    # Nobody came back five times: people look at it.
    assert not told


async def test_of_two_who_finish_one_decides(world: World, told: list[Check]) -> None:
    channel = await make_channel(world)
    check = await ask(world, channel, "茶" * 30_000)
    found = Evidence(
        rule="x", reason=Reason.FRAUD, opinion=Opinion.REFUSE, words=["茶"], starts=[0]
    )
    channel_id, check_id = int(check.channel_id), int(check.check_id)
    commands = [
        FinishCheck(channel_id=channel_id, check_id=check_id, evidence=[found] * (at % 2))
        for at in range(8)
    ]
    states = await asyncio.gather(
        *(world.office.run(finish_check, one, SYSTEM) for one in commands)
    )
    assert len(set(states)) == 1
    assert [one.state for one in told] == states[:1]


async def test_a_merchants_own_words_hold_for_it_alone(world: World) -> None:
    channel = await make_channel(world)
    word = Word(word="隔壁茶馆", reason=Reason.OTHER, opinion=Opinion.REFUSE)
    command = SetWord(merchant_id=world.merchant_id, word=word)
    await world.office.run(set_word, command, world.owner)
    assert judge_text(["隔 壁 茶 馆 更好"]).opinion is Opinion.PASS
    with pytest.raises(Refusal) as refused:
        async with world.office.begin() as work:
            await check_texts(work, channel, ["", "隔 壁 茶 馆 更好"])
    assert refused.value.code == "moderation.refused"
    assert refused.value.fields == {"reason": "other", "words": ["隔 壁 茶 馆"]}


class Waiting:
    """Answers an address only once another has been asked for."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def fetch(self, url: str) -> bytes:
        if url.endswith("slow"):
            await self.asked.wait()
        self.asked.set()
        raise Refusal("moderation.not_fetched")


async def ask_pictures(world: World, channel: Channel, *urls: str) -> Check:
    async with world.office.begin() as work:
        content = Content(urls=list(urls))
        return await ask_check(work, channel, Subject(kind=KIND, subject_id=7), content)


async def test_nobody_waits_for_the_pictures_of_others(world: World, told: list[Check]) -> None:
    PORTS.connect_fetcher(Waiting())
    channel = await make_channel(world)
    for name in ("slow", "fast"):
        await ask_pictures(world, channel, f"https://example.com/{name}")
    async with asyncio.timeout(120):
        assert await Checker(world.office).check_waiting() == 2
    assert not told


async def test_pictures_are_read_for_so_long_and_no_longer(
    world: World, told: list[Check], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "READING", timedelta(0))
    fetcher = Waiting()
    PORTS.connect_fetcher(fetcher)
    channel = await make_channel(world)
    await ask_pictures(world, channel, "https://example.com/fast")
    assert await Checker(world.office).check_waiting() == 1
    assert not fetcher.asked.is_set()
    assert not told
