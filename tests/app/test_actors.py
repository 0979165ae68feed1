"""Many ask at once who their tokens stand for: few statements, and each gets their own answer."""

import asyncio
from unittest.mock import patch

import pytest

from banyan.app import actors as app_actors
from banyan.app.actors import Actors
from banyan.base.errors import Trouble
from banyan.books.work import Permission
from tests.kit import parties
from tests.kit.world import World

PEOPLE = [f"guest{number}" for number in range(20)]


async def test_tokens_of_all_kinds_that_come_at_once_are_looked_up_together(world: World) -> None:
    await world.merchant()
    actor_ids = [(await world.person(name)).actor_id for name in PEOPLE]
    tokens = [world.tokens[name] for name in PEOPLE]
    key = await parties.add_key(world, [Permission.MERCHANT_READ])
    actors = Actors(world.office)
    with patch.object(world.office, "run", wraps=world.office.run) as run:
        *people, again, program, stranger = await asyncio.gather(
            *(actors.find(token) for token in tokens),
            actors.find(tokens[3]),
            actors.find(key.secret),
            actors.find("bs_unknown"),
        )
        assert run.call_count < len(PEOPLE)
    assert [one.actor_id for one in people if one is not None] == actor_ids
    assert again is not None
    assert again.actor_id == actor_ids[3]
    assert program is not None
    assert program.actor_id == key.key.key_id
    assert stranger is None


async def test_who_hangs_up_while_asking_for_all_leaves_nobody_waiting(world: World) -> None:
    mei = await world.person("mei")
    token = world.tokens["mei"]
    actors = Actors(world.office)
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(actors.find(token))
        others = [tasks.create_task(actors.find(token)) for _ in range(3)]
        await asyncio.sleep(0)
        first.cancel()
    assert first.cancelled()
    found = [one.result() for one in others]
    assert [one.actor_id for one in found if one is not None] == [mei.actor_id] * 3


async def test_all_hear_that_the_database_is_away_and_may_ask_again(world: World) -> None:
    token = await parties.sign_in(world, "mei")
    actors = Actors(world.office)
    with patch.object(world.office, "run", side_effect=Trouble("database.unavailable")):
        told = await asyncio.gather(*(actors.find(token) for _ in range(5)), return_exceptions=True)
    assert [str(getattr(one, "code", "")) for one in told] == ["database.unavailable"] * 5
    assert await actors.find(token) is not None


async def test_when_too_many_wait_newcomers_are_told_to_come_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first asks at once; two may wait; all the others hear so, and may ask again."""
    mei = await world.person("mei")
    token = world.tokens["mei"]
    monkeypatch.setattr(app_actors, "QUEUE_MAX", 2)
    finder = Actors(world.office)
    told = await asyncio.gather(*(finder.find(token) for _ in range(9)), return_exceptions=True)
    refused = [one for one in told if isinstance(one, BaseException)]
    assert {str(getattr(one, "code", "")) for one in refused} == {"office.busy"}
    assert 2 <= len(told) - len(refused) <= 3
    again = await finder.find(token)
    assert again is not None
    assert again.actor_id == mei.actor_id
