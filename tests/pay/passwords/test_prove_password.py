"""A pay password opens what is dear, a few wrong tries lock it, and a proof works once."""

import asyncio
from datetime import timedelta

import pytest

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.books.actor import SYSTEM, Actor
from banyan.parties.people import PersonId
from banyan.parties.sessions import RequestCode, request_code
from banyan.pay.passwords import (
    ChangePassword,
    Given,
    GivePassword,
    Proof,
    ProvePassword,
    ReadPassword,
    ResetPassword,
    change_password,
    give_password,
    prove_password,
    read_password,
    reset_password,
    take_proofs,
)
from tests.kit.parties import phone_of
from tests.kit.world import World

RIGHT, WRONG = "258036", "111222"
THING = "charges.1"


async def given(world: World, name: str = "lin") -> Actor:
    """Somebody with a pay password."""
    actor = await world.person(name)
    command = GivePassword(person_id=PersonId(actor.person_id), password=RIGHT)
    await world.office.run(give_password, command, SYSTEM)
    return actor


async def prove(world: World, actor: Actor, password: str, subject: str = THING) -> Proof:
    """Give a password for a thing."""
    command = ProvePassword(password=password, subject=subject)
    return await world.office.run(prove_password, command, actor)


async def use(world: World, person_id: int, token: str, subject: str = THING) -> bool:
    """Use a proof up."""
    async with world.office.begin() as work:
        shown = Given(person_id=person_id, token=token, subject=subject, at=work.now)
        (good,) = await take_proofs(work, [shown])
    return good


async def code_of(world: World, name: str) -> str:
    """The one-time code that is sent to somebody's phone."""
    await world.office.run(request_code, RequestCode(phone=phone_of(name)), world.as_person(name))
    await world.settle()
    code = world.sender.find_code(phone_of(name))
    assert code is not None
    return code


async def test_the_first_password_takes_a_code_sent_to_the_phone(world: World) -> None:
    lin = await world.person("lin")
    code = await code_of(world, "lin")
    wrong = "000000" if code != "000000" else "000001"
    with pytest.raises(Refusal, match=r"sessions\.wrong_code"):
        await world.office.run(reset_password, ResetPassword(code=wrong, password=RIGHT), lin)
    assert not (await world.office.run(read_password, ReadPassword(), lin)).is_set
    since = await world.mark()
    await world.office.run(reset_password, ResetPassword(code=code, password=RIGHT), lin)
    assert await world.events(since) == ["passwords.set"]
    assert (await world.office.run(read_password, ReadPassword(), lin)).is_set
    with pytest.raises(Refusal, match=r"sessions\.code_expired"):
        await world.office.run(reset_password, ResetPassword(code=code, password="730194"), lin)
    assert (await prove(world, lin, RIGHT)).token


async def test_somebody_elses_code_sets_no_password(world: World) -> None:
    await world.person("lin")
    chen = await world.person("chen")
    code = await code_of(world, "lin")
    with pytest.raises(Refusal, match=r"sessions\.code_expired"):
        await world.office.run(reset_password, ResetPassword(code=code, password=RIGHT), chen)


@pytest.mark.parametrize("easy", ["111111", "123456", "987654", "890123", "123123", "121212"])
async def test_easy_passwords_are_refused(world: World, easy: str) -> None:
    lin = await world.person("lin")
    code = await code_of(world, "lin")
    with pytest.raises(Invalid, match=r"passwords\.too_easy"):
        await world.office.run(reset_password, ResetPassword(code=code, password=easy), lin)
    # The code is still good: nothing was done.
    await world.office.run(reset_password, ResetPassword(code=code, password=RIGHT), lin)


async def test_the_end_of_ones_phone_is_too_easy(world: World) -> None:
    lin = await world.person("lin")
    code, end = await code_of(world, "lin"), phone_of("lin")[-6:]
    with pytest.raises(Invalid, match=r"passwords\.too_easy"):
        await world.office.run(reset_password, ResetPassword(code=code, password=end), lin)


async def test_a_proof_is_good_once_for_one_person_and_one_thing(world: World) -> None:
    lin = await given(world)
    chen = await world.person("chen")
    proof = await prove(world, lin, RIGHT)
    assert not await use(world, lin.person_id, proof.token, "charges.2")
    assert not await use(world, chen.person_id, proof.token)
    assert not await use(world, lin.person_id, "")
    assert await use(world, lin.person_id, proof.token)
    assert not await use(world, lin.person_id, proof.token)


async def test_shown_twice_in_one_batch_it_is_good_once(world: World) -> None:
    lin = await given(world)
    proof = await prove(world, lin, RIGHT)
    async with world.office.begin() as work:
        shown = [
            Given(person_id=lin.person_id, token=proof.token, subject=THING, at=work.now)
            for _ in range(2)
        ]
        assert sorted(await take_proofs(work, shown)) == [False, True]


async def test_a_proof_is_soon_over(world: World) -> None:
    lin = await given(world)
    proof = await prove(world, lin, RIGHT)
    await world.advance(timedelta(minutes=5))
    assert not await use(world, lin.person_id, proof.token)


async def test_of_rivals_with_one_proof_one_has_it(world: World) -> None:
    lin = await given(world)
    proof = await prove(world, lin, RIGHT)
    good = await asyncio.gather(*(use(world, lin.person_id, proof.token) for _ in range(6)))
    assert sum(good) == 1


async def test_five_wrong_tries_lock_it_for_three_hours_then_six(world: World) -> None:
    lin = await given(world)
    for left in (4, 3, 2, 1):
        with pytest.raises(Refusal, match=r"passwords\.wrong") as caught:
            await prove(world, lin, WRONG)
        assert caught.value.fields["tries_left"] == left
    with pytest.raises(Refusal, match=r"passwords\.locked") as caught:
        await prove(world, lin, WRONG)
    assert caught.value.fields["wait_minutes"] == 180
    with pytest.raises(Refusal, match=r"passwords\.locked"):
        await prove(world, lin, RIGHT)
    await world.advance(timedelta(hours=3))
    for _ in range(4):
        with pytest.raises(Refusal, match=r"passwords\.wrong"):
            await prove(world, lin, WRONG)
    with pytest.raises(Refusal, match=r"passwords\.locked") as caught:
        await prove(world, lin, WRONG)
    assert caught.value.fields["wait_minutes"] == 360
    await world.advance(timedelta(hours=6))
    assert (await prove(world, lin, RIGHT)).token
    state = await world.office.run(read_password, ReadPassword(), lin)
    assert (state.tries_left, state.locked_until) == (5, None)


async def test_rivals_together_get_no_more_than_five_tries(world: World) -> None:
    lin = await given(world)

    async def attempt() -> str:
        try:
            await prove(world, lin, WRONG)
        except Failure as failure:
            return failure.code
        return "right"

    told = await asyncio.gather(*(attempt() for _ in range(12)))
    assert told.count("passwords.wrong") == 4
    assert told.count("passwords.locked") == 8
    with pytest.raises(Refusal, match=r"passwords\.locked"):
        await prove(world, lin, RIGHT)


async def test_a_code_ends_a_lock_out_and_earlier_proofs(world: World) -> None:
    lin = await given(world)
    proof = await prove(world, lin, RIGHT)
    for _ in range(5):
        with pytest.raises(Refusal):
            await prove(world, lin, WRONG)
    code = await code_of(world, "lin")
    await world.office.run(reset_password, ResetPassword(code=code, password="730194"), lin)
    assert not await use(world, lin.person_id, proof.token)
    with pytest.raises(Refusal, match=r"passwords\.wrong"):
        await prove(world, lin, RIGHT)
    assert (await prove(world, lin, "730194")).token


async def test_changing_takes_the_old_one(world: World) -> None:
    lin = await given(world)
    wrong = ChangePassword(old_password=WRONG, password="730194")
    with pytest.raises(Refusal, match=r"passwords\.wrong"):
        await world.office.run(change_password, wrong, lin)
    change = ChangePassword(old_password=RIGHT, password="730194")
    await world.office.run(change_password, change, lin)
    assert (await prove(world, lin, "730194")).token


async def test_two_who_change_it_at_once_do_not_both_win(world: World) -> None:
    lin = await given(world)
    news = ["730194", "902817"]
    done = await asyncio.gather(
        *(
            world.office.run(change_password, ChangePassword(old_password=RIGHT, password=one), lin)
            for one in news
        ),
        return_exceptions=True,
    )
    assert sum(one is None for one in done) == 1
    assert (await prove(world, lin, news[done.index(None)])).token


async def test_without_one_there_is_nothing_to_prove(world: World) -> None:
    lin = await world.person("lin")
    with pytest.raises(Refusal, match=r"passwords\.not_set"):
        await prove(world, lin, RIGHT)
    give = GivePassword(person_id=PersonId(lin.person_id), password=RIGHT)
    with pytest.raises(NotFound):
        await world.office.run(give_password, give, lin)
    nobody = GivePassword(person_id=PersonId(7), password=RIGHT)
    with pytest.raises(NotFound, match=r"people\.not_found"):
        await world.office.run(give_password, nobody, SYSTEM)


async def test_neither_digits_nor_their_plain_hash_are_kept(world: World) -> None:
    await given(world)
    async with world.building.pool.acquire() as db:
        kept = await db.fetchval("select hash from passwords.passwords")
    assert kept.startswith("$argon2id$")
    assert RIGHT not in kept
