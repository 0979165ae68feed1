"""Devices signed in: listed, seen, ended; and the actors that their tokens stand for."""

from datetime import timedelta

import pytest

from banyan.base.errors import NotFound
from banyan.books.actor import Permission
from banyan.parties.sessions import (
    ListSessions,
    MarkSeen,
    PersonActor,
    RevokeSession,
    SessionId,
    SignOut,
    SignOutEverywhere,
    actors,
    find_actors,
    list_sessions,
    mark_seen,
    revoke_session,
    sign_out,
    sign_out_everywhere,
)
from banyan.parties.sessions.limits import SESSIONS_MAX
from banyan.parties.staff import ROLE_PERMISSIONS, Role
from tests.kit import parties
from tests.kit.world import World

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def find(world: World, token: str) -> PersonActor | None:
    """The actor behind a token now."""
    async with world.building.pool.acquire() as db:
        actor = (await find_actors(db, [token], world.now)).get(token)
    assert actor is None or isinstance(actor, PersonActor)
    return actor


async def read(world: World, token: str) -> PersonActor:
    """The actor behind a token that must work."""
    actor = await find(world, token)
    assert actor is not None
    return actor


async def test_a_token_stands_for_a_person_and_all_their_grants(world: World) -> None:
    tea = await world.merchant()
    silk = await world.merchant("丝绸", owner="lin")
    await world.staff("mei", Role.CASHIER, store_ids=[7, 8], merchant_id=silk)
    mei = await read(world, world.tokens["mei"])
    assert mei.kind == "staff"
    assert set(mei.grants) == {tea, silk}
    assert mei.grants[tea].permissions == ROLE_PERMISSIONS[Role.OWNER]
    assert mei.grants[tea].store_ids is None
    assert mei.grants[silk].permissions == ROLE_PERMISSIONS[Role.CASHIER]
    assert mei.grants[silk].store_ids == frozenset({7, 8})
    assert Permission.ORDERS_REFUND not in mei.grants[silk].permissions


async def test_nobody_s_many_grants_cut_off_another_s(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for owner in ("mei", "lin"):
        for number in range(3):
            await world.merchant(f"{owner} {number}", owner=owner)
    monkeypatch.setattr(actors, "GRANTS_MAX", 2)
    tokens = [world.tokens[owner] for owner in ("mei", "lin")]
    async with world.building.pool.acquire() as db:
        found = await find_actors(db, tokens, world.now)
    assert [len(one.grants) for one in found.values() if isinstance(one, PersonActor)] == [2, 2]


@pytest.mark.parametrize("token", ["", "bs_", "bs_nonsense", "bk_nonsense", "nonsense", "bs_\0é"])
async def test_nonsense_stands_for_nobody(world: World, token: str) -> None:
    assert await find(world, token) is None


async def test_signing_out_ends_this_device_only(world: World) -> None:
    await world.person("lin")
    phone, laptop = world.tokens["lin"], await parties.sign_in(world, "lin")
    mark = await world.mark()
    gone = await world.office.run(sign_out, SignOut(), await read(world, phone))
    assert gone.count == 1
    assert await find(world, phone) is None
    assert (await read(world, laptop)).person_id
    assert await world.events(mark) == ["sessions.signed_out"]


async def test_signing_out_twice_is_no_sin(world: World) -> None:
    lin = await world.person("lin")
    await world.office.run(sign_out, SignOut(), lin)
    mark = await world.mark()
    assert (await world.office.run(sign_out, SignOut(), lin)).count == 0
    assert await world.events(mark) == []


async def test_one_of_several_devices_is_listed_and_ended(world: World) -> None:
    lin = await world.person("lin")
    lost = await parties.sign_in(world, "lin")
    found = (await world.office.run(list_sessions, ListSessions(), lin)).items
    assert [one.device for one in found] == ["lin's phone"] * 2
    assert [one.is_current for one in found] == [False, True]
    command = RevokeSession(session_id=found[0].session_id)
    assert (await world.office.run(revoke_session, command, lin)).count == 1
    assert await find(world, lost) is None
    with pytest.raises(NotFound, match=r"sessions\.not_found"):
        await world.office.run(revoke_session, command, lin)


async def test_nobody_ends_another_persons_session(world: World) -> None:
    lin, chen = await world.person("lin"), await world.person("chen")
    assert isinstance(lin, PersonActor)
    with pytest.raises(NotFound, match=r"sessions\.not_found"):
        await world.office.run(
            revoke_session, RevokeSession(session_id=SessionId(lin.session_id)), chen
        )
    assert (await read(world, world.tokens["lin"])).person_id == lin.person_id


async def test_signing_out_everywhere_ends_all_of_ones_own(world: World) -> None:
    lin = await world.person("lin")
    tokens = [world.tokens["lin"], await parties.sign_in(world, "lin")]
    await world.person("chen")
    gone = await world.office.run(sign_out_everywhere, SignOutEverywhere(), lin)
    assert gone.count == 2
    assert [await find(world, token) for token in tokens] == [None, None]
    assert (await read(world, world.tokens["chen"])).person_id


async def test_a_session_lasts_ninety_days_and_leaves_nothing(world: World) -> None:
    await world.person("lin")
    await world.advance(90 * DAY - HOUR)
    assert (await read(world, world.tokens["lin"])).person_id
    await world.advance(HOUR)
    assert await find(world, world.tokens["lin"]) is None
    async with world.building.pool.acquire() as db:
        assert await db.fetchval("select count(*) from sessions.sessions") == 0


async def test_last_seen_is_written_once_an_hour(world: World) -> None:
    lin = await world.person("lin")
    assert isinstance(lin, PersonActor)
    assert not lin.is_seen_stale
    await world.advance(HOUR)
    lin = await read(world, world.tokens["lin"])
    assert lin.is_seen_stale
    await world.office.run(mark_seen, MarkSeen(), lin)
    lin = await read(world, world.tokens["lin"])
    assert not lin.is_seen_stale
    (session,) = (await world.office.run(list_sessions, ListSessions(), lin)).items
    assert session.last_seen_at - session.signed_in_at >= HOUR


async def test_beyond_fifty_devices_the_one_seen_least_lately_goes(world: World) -> None:
    await world.person("lin")
    for _ in range(SESSIONS_MAX - 1):
        await parties.sign_in(world, "lin")
    assert (await read(world, world.tokens["lin"])).person_id
    last = await parties.sign_in(world, "lin")
    assert await find(world, world.tokens["lin"]) is None
    found = await world.office.run(list_sessions, ListSessions(), await read(world, last))
    assert len(found.items) == SESSIONS_MAX
