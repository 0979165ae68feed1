"""Topping up: play money comes in once, within limits, and not at all where the bank is closed."""

import asyncio

import msgspec
import pytest

from banyan.base.errors import Failure, Invalid, NotFound, Refusal
from banyan.books.actor import SYSTEM
from banyan.pay.wallets import (
    BALANCE_MAX_FEN,
    TOP_UP_MAX_FEN,
    ReadWallet,
    SetBank,
    TopUpWallet,
    read_wallet,
    set_bank,
    top_up,
)
from banyan.views.statements import EntryKind, ListWalletEntries, list_wallet_entries
from tests.kit.sales import balance, fill_wallet, open_bank
from tests.kit.world import World


async def test_money_comes_in_and_is_labelled_as_play_money(world: World) -> None:
    await open_bank(world)
    lin = await world.person("lin")
    since = await world.mark()
    done = await fill_wallet(world, "lin", 12_345)
    assert (done.amount_fen, done.balance_fen, done.is_test) == (12_345, 12_345, True)
    wallet = await world.office.run(read_wallet, ReadWallet(), lin)
    assert (wallet.balance_fen, wallet.available_fen) == (12_345, 12_345)
    assert [(bank.bank_id, bank.is_test) for bank in wallet.banks] == [("test", True)]
    assert await world.events(since) == ["wallets.topped_up"]


async def test_a_wallet_never_used_is_empty(world: World) -> None:
    lin = await world.person("lin")
    wallet = await world.office.run(read_wallet, ReadWallet(currency="EUR"), lin)
    assert (wallet.balance_fen, wallet.currency, wallet.banks) == (0, "EUR", [])
    assert wallet.top_up_max_fen == 0
    with pytest.raises(Invalid, match="unknown_currency"):
        await world.office.run(read_wallet, ReadWallet(currency="ZZZ"), lin)


async def test_where_the_bank_is_closed_nothing_comes_in(world: World) -> None:
    lin = await world.person("lin")
    with pytest.raises(Refusal, match=r"wallets\.bank_closed"):
        await fill_wallet(world, "lin", 100)
    await open_bank(world)
    await fill_wallet(world, "lin", 100)
    closed = SetBank(bank_id="test", is_enabled=False)
    with pytest.raises(NotFound):
        await world.office.run(set_bank, closed, lin)
    await world.office.run(set_bank, closed, SYSTEM)
    since = await world.mark()
    with pytest.raises(Refusal, match=r"wallets\.bank_closed"):
        await fill_wallet(world, "lin", 100)
    assert await balance(world, "lin") == 100
    assert await world.events(since) == []


async def test_each_caller_of_a_batch_gets_their_own_outcome(world: World) -> None:
    await open_bank(world)
    lin, wu = await world.person("lin"), await world.person("wu")
    asked = [(lin, 100), (wu, 0), (lin, TOP_UP_MAX_FEN + 1), (lin, 50), (wu, 7)]
    outcomes = await asyncio.gather(
        *(
            world.office.run(top_up, TopUpWallet(amount_fen=amount), actor)
            for actor, amount in asked
        ),
        return_exceptions=True,
    )
    codes = [one.code if isinstance(one, Failure) else "" for one in outcomes]
    assert codes == [
        "",
        "wallets.nothing_to_top_up",
        "wallets.top_up_too_large",
        "",
        "",
    ]
    assert (await balance(world, "lin"), await balance(world, "wu")) == (150, 7)


async def test_rivals_cannot_fill_a_wallet_beyond_its_limit(world: World) -> None:
    await open_bank(world)
    lin = await world.person("lin")
    rounds = BALANCE_MAX_FEN // TOP_UP_MAX_FEN
    outcomes = await asyncio.gather(
        *(
            world.office.run(top_up, TopUpWallet(amount_fen=TOP_UP_MAX_FEN), lin)
            for _ in range(3 * rounds)
        ),
        return_exceptions=True,
    )
    won = [one for one in outcomes if not isinstance(one, BaseException)]
    assert len(won) == rounds
    assert await balance(world, "lin") == BALANCE_MAX_FEN


async def test_the_same_key_brings_money_once(world: World) -> None:
    await open_bank(world)
    lin = await world.person("lin")
    command = TopUpWallet(amount_fen=100)
    answers = [await world.office.run(top_up, command, lin, key="k1") for _ in range(3)]
    assert len({msgspec.json.encode(str(one)) for one in answers}) == 1
    assert await balance(world, "lin") == 100


async def test_the_statement_lists_the_newest_first_page_by_page(world: World) -> None:
    await open_bank(world)
    lin = await world.person("lin")
    for amount in (1, 2, 3, 4, 5):
        await fill_wallet(world, "lin", amount)
    amounts: list[int] = []
    cursor = None
    while True:
        query = ListWalletEntries(limit=2, cursor=cursor)
        page = await world.office.run(list_wallet_entries, query, lin)
        amounts += [one.amount_fen for one in page.items]
        assert {one.kind for one in page.items} == {EntryKind.TOP_UP}
        cursor = page.next_cursor
        if cursor is None:
            break
    assert amounts == [5, 4, 3, 2, 1]
    wu = await world.person("wu")
    page = await world.office.run(list_wallet_entries, ListWalletEntries(), wu)
    assert page.items == []
    for bad in ("x", "W10", "WyJhIiwiYiJd"):
        query = ListWalletEntries(cursor=bad)
        with pytest.raises(Invalid, match="bad_cursor"):
            await world.office.run(list_wallet_entries, query, lin)
