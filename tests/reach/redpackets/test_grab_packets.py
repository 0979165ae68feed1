"""Taking shares: one a person, in line, in a storm, and up to the last moment."""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.base.money import CNY
from banyan.books.actor import Actor
from banyan.books.office import Office
from banyan.books.timers.run import run_due
from banyan.books.work import Connection
from banyan.pay.wallets import wallet_of
from banyan.reach.redpackets import (
    LASTS,
    ROOM,
    GrabPacket,
    PacketState,
    Share,
    Split,
    grab_packets,
    packet_of,
    store,
)
from banyan.reach.redpackets.remembered import REMEMBERED, Known, Remembered
from tests.kit.loyalty import add_crowd, second_office
from tests.kit.redpackets import balance, grab, happened, left_in, look, send, send_to_one, storm
from tests.kit.world import World


async def test_shares_come_in_line_and_the_best_shows_when_it_is_empty(world: World) -> None:
    packet = await send(world, "lin", 1_000, 3)
    start = await world.mark()
    assert await left_in(world, packet) == 1_000
    assert await balance(world, world.as_person("lin")) == 0
    first = await grab(world, "wu", packet)
    assert (await look(world, "wu", packet)).packet.best_place == 0
    second = await grab(world, "chen", packet)
    own = await grab(world, "lin", packet)
    assert [first.place, second.place, own.place] == [1, 2, 3]
    amounts = [first.amount_fen, second.amount_fen, own.amount_fen]
    assert sum(amounts) == 1_000
    assert await balance(world, world.as_person("wu")) == first.amount_fen
    assert await left_in(world, packet) == 0
    seen = await look(world, "hao", packet)
    assert (seen.packet.state, seen.may_take, seen.mine) == (PacketState.TAKEN, False, None)
    assert [one.amount_fen for one in seen.takings] == amounts
    (best,) = [one for one in seen.takings if one.is_best]
    assert (best.amount_fen, best.place) == (max(amounts), seen.packet.best_place)
    assert await happened(world, start) == ["redpackets.taken"] * 2 + [
        "redpackets.emptied",
        "redpackets.taken",
    ]
    await world.check()


async def test_who_asks_again_is_told_of_the_same_share(world: World) -> None:
    packet = await send(world, "lin", 1_000, 2)
    share = await grab(world, "wu", packet)
    start = await world.mark()
    assert await grab(world, "wu", packet) == share
    await grab(world, "chen", packet)
    assert await grab(world, "wu", packet) == share
    assert await happened(world, start) == ["redpackets.emptied", "redpackets.taken"]


async def test_who_may_take_nothing_is_told_why(world: World) -> None:
    packet = await send(world, "lin", 2, 2, Split.EQUAL)
    to_one = await send_to_one(world)
    with pytest.raises(Refusal, match=r"redpackets\.own"):
        await grab(world, "lin", to_one)
    await grab(world, "wu", to_one)
    start = await world.mark()
    with pytest.raises(Refusal, match=r"redpackets\.empty"):
        await grab(world, "chen", to_one)
    with pytest.raises(Refusal, match=r"redpackets\.own"):
        await grab(world, "lin", to_one)
    unknown = GrabPacket(token="rp_" + "x" * 30)
    with pytest.raises(NotFound, match=r"redpackets\.not_found"):
        await world.office.run(grab_packets, unknown, world.as_person("chen"))
    REMEMBERED.keep([_known(unknown.token)])  # of a database that was emptied by another process
    with pytest.raises(NotFound, match=r"redpackets\.not_found"):
        await world.office.run(grab_packets, unknown, world.as_person("chen"))
    await world.office.set_clock(packet.expires_at)
    with pytest.raises(Refusal, match=r"redpackets\.expired"):
        await grab(world, "chen", packet)
    assert await happened(world, start) == []
    assert await left_in(world, packet) == 2
    await world.settle()
    with pytest.raises(Refusal, match=r"redpackets\.expired"):
        await grab(world, "chen", packet)
    await world.check()


async def test_who_has_a_share_of_what_is_over_is_told_of_it(world: World) -> None:
    """Also where nobody was served: while its rest waits to go back, and after."""
    packet = await send(world, "lin", 1_000, 2)
    share = await grab(world, "wu", packet)
    await world.office.set_clock(packet.expires_at)
    for state in (PacketState.OPEN, PacketState.EXPIRED):
        REMEMBERED.forget()
        assert (await look(world, "wu", packet)).packet.state is state
        assert await grab(world, "wu", packet) == share
        await world.settle()


async def test_who_was_served_here_is_in_nobodys_way(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = await send(world, "lin", 1_000, 2)
    share = await grab(world, "wu", packet)
    monkeypatch.delattr(store, "claim_shares")
    assert await grab(world, "wu", packet) == share


async def test_who_comes_too_late_is_told_so_and_who_has_a_share_of_it(world: World) -> None:
    packet = await send(world, "lin", 2, 2, Split.EQUAL)
    share = await grab(world, "wu", packet)
    await grab(world, "chen", packet)
    hao = await world.person("hao")
    for _ in range(2):
        with pytest.raises(Refusal, match=r"redpackets\.empty"):
            await grab(world, "hao", packet)
        assert REMEMBERED.is_over(packet.token, int(hao.person_id))
        assert await grab(world, "wu", packet) == share


def test_of_too_many_packets_the_oldest_is_forgotten() -> None:
    remembered = Remembered(packets_max=2, people_max=5, served_max=5)
    for number in range(3):
        remembered.keep([_known(f"rp_{number}")])
        remembered.keep_takers(f"rp_{number}", [1, 2])
        remembered.keep_takers(f"rp_{number}", [1, 2])
    assert [remembered.find(f"rp_{number}") is None for number in range(3)] == [True, False, False]
    assert [remembered.is_over(f"rp_{number}", 3) for number in range(3)] == [False, True, True]
    assert not remembered.is_over("rp_2", 2)
    remembered.keep_served((9, person_id) for person_id in range(6))
    assert [remembered.is_served(9, person_id) for person_id in range(6)] == [False] + [True] * 5
    remembered.forget()
    assert not remembered.is_served(9, 5)
    assert remembered.find("rp_2") is None
    assert not remembered.is_over("rp_2", 3)


def _known(token: str) -> Known:
    expires_at = datetime(2026, 11, 22, tzinfo=UTC)
    account_id = packet_of(CNY, 1).account_id
    return Known(token, 1, 2, 0, 0, "group", "CNY", 100, 2, expires_at, account_id)


async def test_five_hundred_grab_fifty_and_exactly_fifty_win(world: World) -> None:
    packet = await send(world, "lin", 10_000, 50)
    crowd = await add_crowd(world, 500)
    won, failed = await storm(world, packet, crowd)
    assert failed == {"redpackets.empty": 450}
    assert len({actor.person_id for actor, _ in won}) == 50
    assert sorted(share.place for _, share in won) == list(range(1, 51))
    assert sum(share.amount_fen for _, share in won) == 10_000
    for actor, share in won:
        assert await balance(world, actor) == share.amount_fen
    assert await left_in(world, packet) == 0
    await world.check()


async def test_one_person_on_forty_devices_gets_one_share(world: World) -> None:
    packet = await send(world, "lin", 10_000, 50)
    (actor,) = await add_crowd(world, 1)
    won, failed = await storm(world, packet, [actor] * 40)
    assert not failed
    assert {share for _, share in won} == {won[0][1]}
    assert await balance(world, actor) == won[0][1].amount_fen
    assert (await look(world, "lin", packet)).packet.taken_count == 1
    await world.check()


async def test_two_processes_tell_one_person_the_same(world: World) -> None:
    packets = [await send(world, "lin", 3_000, 30) for _ in range(3)]
    crowd = await add_crowd(world, 40)
    pairs = [(actor, packet.token) for packet in packets for actor in crowd]

    async def ask(office: Office, actor: Actor, token: str) -> Share | str:
        try:
            return await office.run(grab_packets, GrabPacket(token=token), actor)
        except Refusal as refusal:
            return refusal.code

    async with second_office(world) as other:
        here, there = await asyncio.gather(
            asyncio.gather(*(ask(world.office, *pair) for pair in pairs)),
            asyncio.gather(*(ask(other, *pair) for pair in reversed(pairs))),
        )
    assert here == list(reversed(there))
    assert Counter(one if isinstance(one, str) else "won" for one in here) == {
        "won": 90,
        "redpackets.empty": 30,
    }
    await world.check()


async def test_whom_another_process_served_is_told_of_the_same_share(world: World) -> None:
    """Only who was served here is looked up at once: here nobody was, as in another process."""
    packet = await send(world, "lin", 1_000, 5)
    command = GrabPacket(token=packet.token)
    crowd = await add_crowd(world, 4)
    first = [await world.office.run(grab_packets, command, actor) for actor in crowd[:2]]
    REMEMBERED.forget()
    won, failed = await storm(world, packet, crowd)
    assert not failed
    shares = [share for actor in crowd for taker, share in won if taker is actor]
    assert shares[:2] == first
    assert sorted(share.place for share in shares) == [1, 2, 3, 4]
    assert all(REMEMBERED.is_served(packet.packet_id, int(one.person_id)) for one in crowd)
    assert await world.office.run(grab_packets, command, crowd[0]) == first[0]
    await world.check()


async def test_who_was_outrun_locks_before_they_look(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rival gets ahead of our claim whenever it can: once. All of us begin again together."""
    packet = await send(world, "lin", 1_000, 10)
    crowd = await add_crowd(world, 4)
    command = GrabPacket(token=packet.token)
    sizes: list[int] = []
    rivals: list[asyncio.Task[Share]] = []
    claim = store.claim_shares

    async with second_office(world) as other, asyncio.TaskGroup() as group:

        async def claim_late(
            db: Connection, wanted: Mapping[int, int], turns: Sequence[store.Turn], now: datetime
        ) -> dict[int, store.Claimed]:
            if len(turns) > 1:
                actor = crowd[len(rivals)]
                rivals.append(group.create_task(other.run(grab_packets, command, actor)))
                await asyncio.wait(rivals[-1:], timeout=0.3)
            return await claim(db, wanted, turns, now)

        monkeypatch.setattr(store, "claim_shares", claim_late)
        world.office.on_batch = lambda _operation, size: sizes.append(size)
        asked = [world.office.run(grab_packets, command, actor) for actor in crowd]
        shares = await asyncio.gather(*asked)
        assert await asyncio.gather(*rivals) == shares[: len(rivals)]
    assert len(rivals) == 2
    assert sorted(share.place for share in shares) == [1, 2, 3, 4]
    assert sizes == [4]
    await world.check()


async def test_what_is_rolled_back_is_not_remembered(world: World) -> None:
    packet = await send(world, "lin", 2, 2, Split.EQUAL)
    other = await send(world, "lin", 1, 1, Split.EQUAL)
    closed, *rest = await add_crowd(world, 3)
    await world.office.run(grab_packets, GrabPacket(token=other.token), closed)
    keeper = await world.ground.keeper()
    wallet_id = wallet_of(CNY, closed.person_id).account_id
    await keeper.execute(_close, wallet_id)
    won, failed = await storm(world, packet, [closed, closed, rest[0]])
    assert failed == {"ledger.account_closed": 2}
    assert [actor for actor, _ in won] == rest[:1]
    last = GrabPacket(token=(await send(world, "lin", 1, 1, Split.EQUAL)).token)
    asked = [world.office.run(grab_packets, last, actor) for actor in (closed, rest[0])]
    refused, share = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(refused, Refusal)
    assert isinstance(share, Share)
    await keeper.execute(_open, wallet_id)
    won, failed = await storm(world, packet, [closed, closed])
    assert [share.place for _, share in won] == [2, 2]
    won, failed = await storm(world, packet, [rest[1], closed])
    assert failed == {"redpackets.empty": 1}
    assert [actor for actor, _ in won] == [closed]
    await world.check()


_close = "update ledger.accounts set flags = flags | 4 where account_id = $1"
_open = "update ledger.accounts set flags = flags & ~4 where account_id = $1"


async def test_of_one_persons_calls_the_earliest_counts(world: World) -> None:
    packet = await send(world, "lin", 1_000, 5)
    (actor,) = await add_crowd(world, 1)
    command = GrabPacket(token=packet.token)
    instants = [packet.expires_at, packet.sent_at]
    shares = await world.office.run_many(grab_packets, [command] * 2, actor, at=instants)
    assert [isinstance(one, Share) and one.taken_at for one in shares] == [packet.sent_at] * 2


async def test_late_callers_of_a_batch_are_looked_up_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = await send(world, "lin", 1, 1, Split.EQUAL)
    first, late = await add_crowd(world, 2)
    command = GrabPacket(token=packet.token)
    share = await world.office.run(grab_packets, command, first)
    asked: list[int] = []
    list_ends = store.list_ends

    async def count(db: Connection, packet_ids: Collection[int]) -> dict[int, store.End]:
        asked.extend(packet_ids)
        return await list_ends(db, packet_ids)

    monkeypatch.setattr(store, "list_ends", count)
    for _ in range(2):
        outcomes = await world.office.run_many(grab_packets, [command], late, keys=["late"])
        assert [str(one) for one in outcomes] == ["redpackets.empty"]
    assert asked == [packet.packet_id]
    assert await world.office.run(grab_packets, command, first, key="again") == share


async def test_a_batch_serves_several_packets(world: World) -> None:
    packets = [await send(world, "lin", 600, 6) for _ in range(5)]
    crowd = await add_crowd(world, 10)
    calls = [(actor, packet) for actor in crowd for packet in packets]
    outcomes: Counter[str] = Counter()

    async def one(actor: Actor, token: str) -> None:
        try:
            await world.office.run(grab_packets, GrabPacket(token=token), actor)
            outcomes["won"] += 1
        except Failure as failure:
            outcomes[failure.code] += 1

    await asyncio.gather(*(one(actor, packet.token) for actor, packet in calls))
    assert outcomes == {"won": 30, "redpackets.empty": 20}
    await world.check()


async def test_grabbing_while_it_expires_loses_no_fen(world: World) -> None:
    packet = await send(world, "lin", 10_000, 100)
    crowd = await add_crowd(world, 80)
    await world.office.set_clock(packet.expires_at - timedelta(milliseconds=60))
    (won, failed), _ = await asyncio.gather(storm(world, packet, crowd), _expire_soon(world))
    assert set(failed) <= {"redpackets.expired"}
    assert len(won) + failed.total() == 80
    await world.office.set_clock(packet.expires_at)
    await world.settle()
    given = sum(share.amount_fen for _, share in won)
    assert await balance(world, world.as_person("lin")) == 10_000 - given
    seen = await look(world, "lin", packet)
    assert seen.packet.refunded_fen == 10_000 - given
    await world.check()


async def _expire_soon(world: World) -> None:
    for _ in range(10):
        await run_due(world.office, ROOM.timers)
        await asyncio.sleep(0.02)


async def test_what_is_cut_off_midway_leaves_nothing_behind(world: World) -> None:
    packet = await send(world, "lin", 10_000, 50)
    crowd = await add_crowd(world, 120)
    async with second_office(world) as other:
        offices = (world.office, other)
        grabs = [
            offices[number % 2].run(grab_packets, GrabPacket(token=packet.token), actor)
            for number, actor in enumerate(crowd)
        ]
        *outcomes, _ = await asyncio.gather(*grabs, _cut_off(world), return_exceptions=True)
    assert all(isinstance(one, Failure) for one in outcomes if isinstance(one, BaseException))
    # Who asks again gets what there is for them, whether or not the first word of it arrived.
    won, failed = await storm(world, packet, crowd)
    assert len(won) == 50
    assert failed == {"redpackets.empty": 70}
    await world.check()


async def _cut_off(world: World) -> None:
    await asyncio.sleep(0.01)
    async with world.building.pool.acquire() as db:
        await db.fetch(_end_others)


_end_others = """
select pg_terminate_backend(pid, 5000) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and query not ilike '%listen%'
"""


async def test_what_nobody_takes_comes_back_after_a_day(world: World) -> None:
    packet = await send(world, "lin", 1_000, 4)
    share = await grab(world, "wu", packet)
    start = await world.mark()
    await world.advance(LASTS - timedelta(minutes=1))
    assert await balance(world, world.as_person("lin")) == 0
    await world.advance(timedelta(minutes=1))
    assert await balance(world, world.as_person("lin")) == 1_000 - share.amount_fen
    seen = await look(world, "lin", packet)
    assert seen.packet.state is PacketState.EXPIRED
    assert seen.packet.refunded_fen == 1_000 - share.amount_fen
    assert await happened(world, start) == ["redpackets.expired"]
    await world.advance(LASTS)
    assert await balance(world, world.as_person("lin")) == 1_000 - share.amount_fen
    await world.check()
