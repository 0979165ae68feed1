"""Signing up and in by phone and one-time code."""

import asyncio
from datetime import timedelta

import pytest

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.actor import NOBODY, SYSTEM
from banyan.parties.people import PersonId
from banyan.parties.sessions import (
    NewSession,
    OpenSession,
    RequestCode,
    SignIn,
    open_session,
    request_code,
    sign_in,
)
from tests.kit.parties import PHONES, read_actor
from tests.kit.world import World

LIN = PHONES["lin"]
MINUTE = timedelta(minutes=1)


async def receive_code(world: World, phone: str = LIN, address: str = "10.0.0.1") -> str:
    """Ask for a code and read it off the console."""
    await world.office.run(request_code, RequestCode(phone=phone, address=address), NOBODY)
    await world.settle()
    code = world.sender.find_code(phone)
    assert code is not None
    return code


async def enter(world: World, code: str, phone: str = LIN, device: str = "") -> NewSession:
    """Sign in with a code."""
    return await world.office.run(sign_in, SignIn(phone=phone, code=code, device=device), NOBODY)


def wrong(code: str, step: int = 1) -> str:
    """Another code."""
    return f"{(int(code) + step) % 10**6:06}"


async def test_whoever_is_new_signs_up_by_signing_in(world: World) -> None:
    code = await receive_code(world)
    session = await enter(world, code)
    assert session.is_first
    actor = await read_actor(world, session.token)
    assert (actor.kind, actor.person_id) == ("person", session.person_id)
    assert await world.events() == [
        "sessions.code_requested",
        "people.added",
        "people.joined",
        "sessions.signed_in",
    ]
    await world.advance(MINUTE)
    again = await enter(world, await receive_code(world))
    assert (again.person_id, again.is_first) == (session.person_id, False)
    assert again.token != session.token


async def test_a_code_works_once(world: World) -> None:
    code = await receive_code(world)
    await enter(world, code)
    with pytest.raises(Refusal, match=r"sessions\.code_expired"):
        await enter(world, code)


async def test_one_code_used_at_once_from_many_devices_opens_one(world: World) -> None:
    code = await receive_code(world)
    outcomes = await asyncio.gather(
        *(enter(world, code, device=f"device {n}") for n in range(20)), return_exceptions=True
    )
    assert sum(isinstance(one, NewSession) for one in outcomes) == 1
    assert {one.code for one in outcomes if isinstance(one, Failure)} == {"sessions.code_expired"}
    assert (await world.events()).count("people.added") == 1


async def test_the_same_phone_signing_in_twice_at_once_is_one_person(world: World) -> None:
    """Ten people whom nobody knew yet, each on two devices, all in the same moment."""
    phones = [f"+86139000000{n:02}" for n in range(10)]
    codes = [await receive_code(world, phone) for phone in phones]
    tries = [(phone, code) for phone, code in zip(phones, codes, strict=True) for _ in range(2)]
    outcomes = await asyncio.gather(
        *(enter(world, code, phone) for phone, code in tries), return_exceptions=True
    )
    assert sum(isinstance(one, NewSession) for one in outcomes) == 10
    assert (await world.events()).count("people.added") == 10
    await world.check()


async def test_wrong_tries_are_counted_and_the_fifth_is_the_last(world: World) -> None:
    code = await receive_code(world)
    for tries_left in (4, 3, 2, 1, 0):
        with pytest.raises(Refusal) as refused:
            await enter(world, wrong(code))
        assert (refused.value.code, refused.value.fields) == (
            "sessions.wrong_code",
            {"tries_left": tries_left},
        )
    with pytest.raises(Refusal, match=r"sessions\.code_expired"):
        await enter(world, code)


async def test_a_thousand_guesses_at_once_get_five_tries(world: World) -> None:
    code = await receive_code(world)
    outcomes = await asyncio.gather(
        *(enter(world, wrong(code, step)) for step in range(1, 101)), return_exceptions=True
    )
    failures = [one.code for one in outcomes if isinstance(one, Failure)]
    assert failures.count("sessions.wrong_code") == 5
    assert failures.count("sessions.code_expired") == 95


async def test_a_code_expires_after_five_minutes_and_is_forgotten(world: World) -> None:
    code = await receive_code(world)
    await world.advance(5 * MINUTE)
    with pytest.raises(Refusal, match=r"sessions\.code_expired"):
        await enter(world, code)
    async with world.building.pool.acquire() as db:
        assert await db.fetchval("select count(*) from sessions.codes") == 0


async def test_a_new_code_replaces_the_old_one(world: World) -> None:
    old = await receive_code(world)
    await world.advance(MINUTE)
    new = await receive_code(world)
    if new != old:
        with pytest.raises(Refusal, match=r"sessions\.wrong_code"):
            await enter(world, old)
    assert (await enter(world, new)).is_first


async def test_a_code_is_for_one_phone(world: World) -> None:
    code = await receive_code(world)
    other = PHONES["chen"]
    theirs = await receive_code(world, other)
    if theirs != code:
        with pytest.raises(Refusal, match=r"sessions\.wrong_code"):
            await enter(world, code, other)
    assert (await enter(world, code)).is_first


@pytest.mark.parametrize(
    ("waits_s", "wait_s"),
    [
        # The time of each request, and how long the last is told to wait.
        ((0, 50), 10),
        ((0, 70, 140, 210, 280, 350), 3250),
    ],
)
async def test_a_phone_is_sent_codes_only_so_often(
    world: World, waits_s: tuple[int, ...], wait_s: int
) -> None:
    begin = world.now
    for wait in waits_s[:-1]:
        await world.office.set_clock(begin + timedelta(seconds=wait))
        await receive_code(world)
    await world.office.set_clock(begin + timedelta(seconds=waits_s[-1]))
    mark = await world.mark()
    with pytest.raises(Refusal) as refused:
        await receive_code(world)
    assert refused.value.code == "sessions.asked_too_often"
    assert refused.value.fields == {"retry_after_s": pytest.approx(wait_s, abs=2)}
    assert await world.events(mark) == []


async def test_rivals_ask_for_one_phone_and_one_is_served(world: World) -> None:
    command = RequestCode(phone=LIN, address="10.0.0.1")
    outcomes = await asyncio.gather(
        *(world.office.run(request_code, command, NOBODY) for _ in range(20)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Failure) for one in outcomes) == 19
    await world.settle()
    assert len(world.sender.list_codes()) == 1


async def test_an_address_may_ask_for_a_hundred_in_ten_minutes(world: World) -> None:
    async def ask(n: int, address: str) -> None:
        command = RequestCode(phone=f"+86139000{n:05}", address=address)
        await world.office.run(request_code, command, NOBODY)

    for n in range(100):
        await ask(n, "10.0.0.1")
    with pytest.raises(Refusal, match=r"sessions\.asked_too_often"):
        await ask(100, "10.0.0.1")
    await ask(100, "10.0.0.2")
    await world.advance(10 * MINUTE)
    await ask(101, "10.0.0.1")


async def test_a_signed_in_person_may_not_bother_many_phones(world: World) -> None:
    chen = await world.person("chen")
    for n in range(10):
        await world.office.run(request_code, RequestCode(phone=f"139000000{n:02}"), chen)
    with pytest.raises(Refusal, match=r"sessions\.asked_too_often"):
        await world.office.run(request_code, RequestCode(phone="13900000010"), chen)


async def test_no_phone_no_code(world: World) -> None:
    for typed in ("12345", "+86 1", "99999999999"):
        with pytest.raises(Invalid, match=r"people\.phone_malformed"):
            await world.office.run(request_code, RequestCode(phone=typed), NOBODY)
        with pytest.raises(Invalid, match=r"people\.phone_malformed"):
            await enter(world, "123456", typed)
    assert await world.events() == []


async def test_a_phone_is_the_same_however_it_is_typed(world: World) -> None:
    await world.office.run(request_code, RequestCode(phone="138 0000 0001"), NOBODY)
    await world.settle()
    code = world.sender.find_code(LIN)
    assert code is not None
    session = await enter(world, code, "+86-13800000001")
    assert (await world.person("lin")).person_id == session.person_id


async def test_opening_a_session_needs_a_person(world: World) -> None:
    command = OpenSession(person_id=PersonId(Id(12345)))
    with pytest.raises(NotFound, match=r"people\.not_found"):
        await world.office.run(open_session, command, SYSTEM)
