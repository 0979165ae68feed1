"""Builders for vouchers: a funded merchant, stocks of vouchers, vouchers in people's hands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from banyan.base.ids import Id
from banyan.base.money import CNY
from banyan.books.ledger import EMPTY, read_accounts
from banyan.commerce.catalogue import SkuFacts
from banyan.parties.merchants import MerchantId
from banyan.pay.vouchers import (
    CreateStock,
    ReadStock,
    SendVoucher,
    StartStock,
    Stock,
    StockReport,
    Voucher,
    VoucherRule,
    create_stock,
    read_stock,
    send_vouchers,
    start_stock,
)
from banyan.pay.wallets import purse_of
from tests.kit.commerce_shop import TeaShop, add_goods, add_store
from tests.kit.sales import buy, fill_wallet, open_bank

if TYPE_CHECKING:
    from tests.kit.world import World


async def fill_purse(world: World, amount_fen: int) -> None:
    """Sell something for so much in the merchant's own shop."""
    await open_bank(world)
    await world.person("patron")
    await fill_wallet(world, "patron", amount_fen)
    store_id = await add_store(world, "银库")
    ware = SkuFacts(price_fen=amount_fen, is_tracked=False)
    sku_id = (await add_goods(world, "金砖", skus=[ware])).skus[0].sku_id
    shop = TeaShop(world.merchant_id, store_id, sku_id, sku_id, sku_id)
    await buy(world, "patron", shop, {sku_id: 1})


async def read_purse(world: World, merchant_id: int = 0) -> int:
    """What a merchant may dispose of."""
    account = purse_of(CNY, merchant_id or world.merchant_id).account_id
    async with world.building.pool.acquire() as db:
        return (await read_accounts(db, [account])).get(account, EMPTY).balance


def stock_of(world: World, **changes: Any) -> CreateStock:  # noqa: ANN401 - any field of it
    """A wish for a stock: ten vouchers of two yuan off ten, for payments to the merchant."""
    command = CreateStock(
        merchant_id=world.merchant_id,
        request_no=f"stock-{world.now.timestamp():.6f}",
        name="满十减二",
        amount_fen=200,
        minimum_fen=1_000,
        max_count=10,
        max_by_person=2,
        rule=VoucherRule(merchant_ids=[Id(world.merchant_id)]),
        begins_at=world.now,
        ends_at=world.now + timedelta(days=30),
    )
    return msgspec.structs.replace(command, **changes)


async def add_stock(world: World, *, is_started: bool = True, **changes: Any) -> Stock:  # noqa: ANN401 - any field of it
    """Write a stock, and start it."""
    command = stock_of(world, **changes)
    stock = await world.office.run(create_stock, command, world.owner)
    return await start(world, stock) if is_started else stock


async def start(world: World, stock: Stock) -> Stock:
    """Start a stock."""
    command = StartStock(merchant_id=MerchantId(stock.merchant_id), stock_id=stock.stock_id)
    return await world.office.run(start_stock, command, world.owner)


def sending(world: World, stock: Stock, person_id: int, request_no: str) -> SendVoucher:
    """A wish to give somebody a voucher."""
    return SendVoucher(
        merchant_id=world.merchant_id,
        creator_merchant_id=stock.merchant_id,
        stock_id=stock.stock_id,
        person_id=Id(person_id),
        request_no=request_no,
    )


async def send(world: World, stock: Stock, name: str, request_no: str) -> Voucher:
    """Give somebody a voucher."""
    person = await world.person(name)
    command = sending(world, stock, int(person.person_id), request_no)
    return await world.office.run(send_vouchers, command, world.owner)


async def report_on(world: World, stock: Stock) -> StockReport:
    """What became of a stock."""
    query = ReadStock(merchant_id=MerchantId(stock.merchant_id), stock_id=stock.stock_id)
    return await world.office.run(read_stock, query, world.owner)
