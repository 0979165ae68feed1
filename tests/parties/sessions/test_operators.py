"""Whoever the setting names looks after the platform, and nobody else does."""

import pytest

from banyan.app.settings import parse_operators
from banyan.base.errors import Invalid
from banyan.parties.sessions import PORTS
from tests.kit.parties import phone_of
from tests.kit.world import SECRET_KEY, World


async def test_people_are_operators_by_their_phones(world: World) -> None:
    assert not (await world.person("lin")).is_operator
    PORTS.connect(key=SECRET_KEY, sender=world.sender, operators={phone_of("lin")})
    assert (await world.meet("lin")).is_operator
    assert not (await world.person("wu")).is_operator


def test_phones_are_read_as_they_are_typed() -> None:
    assert parse_operators("") == frozenset()
    assert parse_operators("13800000006, +8613800000007,") == {"+8613800000006", "+8613800000007"}
    with pytest.raises(Invalid):
        parse_operators("mei")
