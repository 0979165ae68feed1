"""A statement of a wallet: all that changed it, once, the newest first, in any pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banyan.base.errors import Invalid
from banyan.books.actor import SYSTEM
from banyan.parties.staff import Role
from banyan.pay.wallets import TEST_BANK, TopUpWallet, top_up
from banyan.views.statements import (
    EntryKind,
    ListWalletEntries,
    WalletEntry,
    list_wallet_entries,
)
from tests.kit.sales import balance, buy, open_busy_shop, refund, take, take_money
from tests.kit.world import World


async def read_all(world: World, name: str, limit: int = 100) -> list[WalletEntry]:
    """The whole statement of somebody, page by page."""
    found: list[WalletEntry] = []
    cursor = None
    for _ in range(50):
        query = ListWalletEntries(limit=limit, cursor=cursor)
        page = await world.office.run(list_wallet_entries, query, world.as_person(name))
        assert len(page.items) <= limit
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found
    raise AssertionError("the statement has no end")


async def live(world: World) -> None:
    """Lin fills the wallet thrice in one instant, buys twice, and gets part of it back."""
    shop = await open_busy_shop(world)
    await world.staff("hao", Role.CASHIER)
    at = world.now
    for amount_fen in (100, 200, 300):
        command = TopUpWallet(bank_id=TEST_BANK, amount_fen=amount_fen)
        await world.office.run(top_up, command, world.as_person("lin"), at=at)
    first = await buy(world, "lin", shop, {shop.oolong: 1})
    await world.advance(timedelta(minutes=1))
    await buy(world, "lin", shop, {shop.jasmine: 1})
    await refund(world, first, {1: 1})
    cash = await take(world, "hao", shop, {shop.jasmine: 2})
    await take_money(world, "hao", cash)


async def test_a_statement_adds_up_to_the_wallet(world: World) -> None:
    await live(world)
    entries = await read_all(world, "lin")
    assert sum(one.amount_fen for one in entries) == await balance(world, "lin")
    kinds = [one.kind for one in entries]
    assert kinds[:3] == [EntryKind.REFUND, EntryKind.PAYMENT, EntryKind.PAYMENT]
    assert kinds.count(EntryKind.TOP_UP) == 4
    assert {one.merchant_name for one in entries if one.kind is not EntryKind.TOP_UP} != {""}
    places = [(one.happened_at, one.entry_id) for one in entries]
    assert places == sorted(places, reverse=True)


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
async def test_pages_of_any_size_say_the_same(world: World, limit: int) -> None:
    """Also where a page ends between entries of one instant."""
    await live(world)
    assert await read_all(world, "lin", limit) == await read_all(world, "lin")


async def test_a_statement_is_its_owner_s(world: World) -> None:
    await live(world)
    await world.person("wu")
    assert await read_all(world, "wu") == []
    assert await read_all(world, "hao") == []
    nobody = await world.office.run(list_wallet_entries, ListWalletEntries(), SYSTEM)
    assert nobody.items == [], "what strangers paid in cash is nobody's"
    other = ListWalletEntries(currency="EUR")
    page = await world.office.run(list_wallet_entries, other, world.as_person("lin"))
    assert page.items == []


async def test_a_cursor_that_is_none_is_refused(world: World) -> None:
    await world.person("lin")
    query = ListWalletEntries(cursor="x")
    with pytest.raises(Invalid, match=r"paging\.bad_cursor"):
        await world.office.run(list_wallet_entries, query, world.as_person("lin"))
