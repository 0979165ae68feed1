"""A code stands for the one who shows it, for a minute, for one payment."""

import asyncio
import base64
from datetime import timedelta

import pytest

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.books.actor import SYSTEM, Actor
from banyan.parties.people import PersonId
from banyan.parties.sessions import SignOut, sign_out
from banyan.parties.staff import Role
from banyan.pay.paycodes import (
    GiveCode,
    Holder,
    Seed,
    ShowCode,
    SowSeed,
    TakeCode,
    give_code,
    rules,
    show_code,
    sow_seed,
    take_codes,
)
from tests.kit.world import World


async def sown(world: World, name: str = "lin") -> tuple[Actor, Seed]:
    """Somebody whose phone makes codes, and a shop."""
    if not world.merchant_id:
        await world.merchant()
    actor = await world.person(name)
    return actor, await world.office.run(sow_seed, SowSeed(), actor)


async def take(
    world: World, code: str, subject: str = "a tea", actor: Actor | None = None
) -> Holder:
    """Bring a code, as the shop's owner."""
    command = TakeCode(merchant_id=world.merchant_id, code=code, subject=subject)
    return await world.office.run(take_codes, command, actor or world.owner)


async def told(world: World, code: str, subject: str = "a tea") -> str:
    """What comes of bringing a code."""
    try:
        await take(world, code, subject)
    except Failure as failure:
        return failure.code
    return ""


def made(world: World, seed: Seed, turn: int = 0) -> str:
    """What a phone makes by itself, offline."""
    secret = base64.b64decode(seed.secret)
    return rules.compute_code(seed.seed_number, secret, world.now, turn)


async def test_what_the_phone_makes_offline_stands_for_its_person(world: World) -> None:
    lin, seed = await sown(world)
    holder = await take(world, made(world, seed))
    assert holder.person_id == lin.person_id
    assert holder.session_id > 0


async def test_the_server_shows_the_same_code_and_another_when_it_is_taken(world: World) -> None:
    lin, seed = await sown(world)
    shown = await world.office.run(show_code, ShowCode(), lin)
    assert shown.code == made(world, seed)
    assert timedelta() < shown.changes_at - world.now <= timedelta(minutes=1)
    for turn in range(4):
        assert (await world.office.run(show_code, ShowCode(), lin)).code == made(world, seed, turn)
        await take(world, made(world, seed, turn), f"tea {turn}")
    with pytest.raises(Refusal, match=r"paycodes\.all_taken"):
        await world.office.run(show_code, ShowCode(), lin)


async def test_a_code_is_taken_once_but_again_for_the_same(world: World) -> None:
    _, seed = await sown(world)
    code = made(world, seed)
    first = await take(world, code)
    assert await told(world, code, "another tea") == "paycodes.used"
    assert await take(world, code) == first
    # Also when it is long too old: whoever asks again gets the same answer.
    await world.advance(timedelta(hours=1))
    assert await take(world, code) == first
    assert await told(world, code, "another tea") == "paycodes.used"


async def test_of_rivals_one_has_it(world: World) -> None:
    _, seed = await sown(world)
    code = made(world, seed)
    outcomes = await asyncio.gather(*(told(world, code, f"tea {n}") for n in range(12)))
    assert sorted(outcomes) == [""] + ["paycodes.used"] * 11
    # Rivals in transactions of their own, as other processes have them.
    command = [
        TakeCode(merchant_id=world.merchant_id, code=made(world, seed, 1), subject=f"tea {n}")
        for n in range(6)
    ]
    many = await asyncio.gather(
        *(world.office.run_many(take_codes, [one], world.owner) for one in command)
    )
    assert sum(isinstance(one, Holder) for (one,) in many) == 1


async def test_it_is_soon_over(world: World) -> None:
    _, seed = await sown(world)
    code = made(world, seed)
    await world.advance(timedelta(seconds=91))
    assert await told(world, code) == "paycodes.expired"
    await world.advance(timedelta(minutes=20))
    assert await told(world, code) == "paycodes.not_found"


async def test_signing_out_ends_a_devices_codes(world: World) -> None:
    lin, seed = await sown(world)
    await world.office.run(sign_out, SignOut(), lin)
    assert await told(world, made(world, seed)) == "paycodes.not_found"


async def test_guesses_are_counted_and_stopped(world: World) -> None:
    _, seed = await sown(world)
    wrong = str(int(made(world, seed)) ^ 1)
    command = TakeCode(merchant_id=world.merchant_id, code=wrong, subject="a tea")
    for _ in range(rules.MISSES_MAX):
        with pytest.raises(NotFound):
            await world.office.run(take_codes, command, world.owner)
    assert await told(world, wrong) == "paycodes.too_many_wrong"
    assert await told(world, made(world, seed)) == "paycodes.too_many_wrong"
    await world.advance(timedelta(hours=1))
    assert not await told(world, made(world, seed))


async def test_a_device_makes_them_from_one_seed_and_nobody_else_from_that(world: World) -> None:
    lin, seed = await sown(world)
    again = await world.office.run(sow_seed, SowSeed(), lin)
    assert (again.seed_number, again.secret) == (seed.seed_number, seed.secret)
    _, other = await sown(world, "wu")
    assert other.seed_number != seed.seed_number
    assert other.secret != seed.secret
    async with world.building.pool.acquire() as db:
        kept = await db.fetch("select sealed from paycodes.seeds")
    assert all(base64.b64decode(seed.secret) not in row["sealed"] for row in kept)


async def test_without_a_device_there_are_none(world: World) -> None:
    lin = await world.person("lin")
    with pytest.raises(NotFound, match=r"paycodes\.no_seed"):
        await world.office.run(show_code, ShowCode(), lin)
    program = Actor(kind="person", actor_id=lin.person_id, person_id=lin.person_id)
    with pytest.raises(Refusal, match=r"paycodes\.no_device"):
        await world.office.run(sow_seed, SowSeed(), program)


async def test_a_stranger_of_the_shop_takes_none(world: World) -> None:
    lin, seed = await sown(world)
    wu = await world.person("wu")
    code = made(world, seed)
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await take(world, code, actor=wu)
    hao = await world.staff("hao", Role.CASHIER)
    assert (await take(world, code, actor=hao)).person_id == lin.person_id


async def test_the_sandbox_gives_as_many_as_are_taken(world: World) -> None:
    await world.merchant()
    lin = await world.person("lin")
    give = GiveCode(person_id=PersonId(lin.person_id))
    seen = set()
    for turn in range(9):
        code = (await world.office.run(give_code, give, SYSTEM)).code
        assert (await take(world, code, f"tea {turn}")).person_id == lin.person_id
        seen.add(code)
    assert len(seen) == 9
    with pytest.raises(NotFound, match=r"people\.not_found"):
        await world.office.run(give_code, GiveCode(person_id=PersonId(7)), SYSTEM)
