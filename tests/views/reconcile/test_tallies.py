"""Whatever differs between providers' statements and our books is found; nothing is invented."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from banyan.pay.gateways import GatewayId
from banyan.pay.settle import CHINA
from banyan.views.reconcile import (
    ListTallyDays,
    OutsideDifference,
    ReadTally,
    list_tally_days,
    read_tally,
)
from tests.kit.tallies import (
    DAYS,
    Books,
    Seen,
    forget_books,
    give_statements,
    keep_books,
    make_books,
    spoil,
)

if TYPE_CHECKING:
    from tests.kit.world import World

SEEDS = 25


async def find(world: World, books: Books, gateway_id: GatewayId) -> list[OutsideDifference]:
    """All differences of all days."""
    found = []
    for place in range(DAYS):
        day = books.first + timedelta(days=place)
        query = ReadTally(merchant_id=world.merchant_id, gateway_id=gateway_id, day=day)
        tally = await world.office.run(read_tally, query, world.owner)
        found += tally.differences
    return found


def see(found: list[OutsideDifference]) -> set[Seen]:
    """What they are about."""
    seen = [Seen(one.day, one.problem, one.out_no, one.out_refund_no) for one in found]
    assert len(seen) == len(set(seen))
    return set(seen)


@pytest.mark.slow
async def test_every_difference_is_found_and_none_invented(world: World) -> None:
    await world.merchant()
    first = world.now.astimezone(CHINA).date() - timedelta(days=DAYS + 1)
    problems = set()
    for seed in range(SEEDS):
        books = make_books(seed, first)
        even = await keep_books(world, books)
        await give_statements(world, books, even)
        assert see(await find(world, books, even)) == set(), seed
        spoil(spoilt := make_books(SEEDS + seed, first))
        odd = await keep_books(world, spoilt)
        await give_statements(world, spoilt, odd)
        found = await find(world, spoilt, odd)
        assert see(found) == spoilt.expected, seed
        problems |= {one.problem for one in found}
        query = ListTallyDays(
            merchant_id=world.merchant_id, since=first, until=first + timedelta(days=DAYS)
        )
        days = (await world.office.run(list_tally_days, query, world.owner)).items
        mine = [one for one in days if one.gateway_id == odd]
        assert sum(one.open_count for one in mine) == len(spoilt.expected)
        assert all(one.open_count == 0 for one in days if one.gateway_id == even)
        await forget_books(world)
    assert problems == set(type(next(iter(problems))))
