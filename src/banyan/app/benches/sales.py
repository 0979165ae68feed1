"""A market for benchmarks: one busy shop, its members with full wallets, and orders to pay."""

import asyncio
from collections.abc import Sequence

import msgspec

from banyan.base.errors import Failure, Trouble
from banyan.books.actor import SYSTEM, Actor
from banyan.books.office import Office
from banyan.commerce.catalogue import AddProduct, SkuFacts, SkuId, add_product
from banyan.commerce.members import JoinMember, MemberId, join_member
from banyan.commerce.orders import Order, TakeOrder, TillLine, take_orders
from banyan.commerce.stock import ReceiveStock, StockLine, receive_stock
from banyan.commerce.stores import OpenStore, StoreId, open_store
from banyan.parties.merchants import MerchantId, OpenMerchant, open_merchant
from banyan.parties.people import EnrolPerson, PersonId, enrol_person
from banyan.parties.sessions import OpenSession, open_session
from banyan.pay.wallets import TEST_BANK, SetBank, TopUpWallet, set_bank, top_up

_PRODUCTS = 20
_STOCK = 1_000_000
_MONEY_FEN = 5_000_000
_AT_ONCE = 8
_PRICE_FEN = 1_800


class Buyer(msgspec.Struct, frozen=True):
    """A member with a full wallet, signed in."""

    person_id: PersonId
    member_id: MemberId
    token: str


class Market(msgspec.Struct, frozen=True):
    """A shop and its members."""

    merchant_id: MerchantId
    store_id: StoreId
    sku_ids: list[SkuId]
    buyers: list[Buyer]


async def open_market(office: Office, count: int) -> Market:
    """Open a shop with twenty products and let so many people join it."""
    await office.run(set_bank, SetBank(bank_id=TEST_BANK, is_enabled=True), SYSTEM)
    owner = await _enrol(office, 0)
    merchant = await office.run(
        open_merchant, OpenMerchant(name="Market", currency="CNY"), as_person(owner)
    )
    merchant_id = merchant.merchant_id
    store = await office.run(
        open_store, OpenStore(merchant_id=merchant_id, name="Market Street 1"), SYSTEM
    )
    sku_ids = [await _add_product(office, merchant_id, number) for number in range(_PRODUCTS)]
    lines = [StockLine(sku_id=sku_id, quantity=_STOCK) for sku_id in sku_ids]
    delivery = ReceiveStock(merchant_id=merchant_id, store_id=store.store_id, lines=lines)
    await office.run(receive_stock, delivery, SYSTEM)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def settle_in(number: int) -> Buyer:
        async with gate:
            return await _settle_in(office, merchant_id, number)

    buyers = await asyncio.gather(*(settle_in(number) for number in range(1, count + 1)))
    return Market(merchant_id, store.store_id, sku_ids, buyers)


async def place_for_all(office: Office, market: Market, count: int) -> Sequence[Order]:
    """Put in so many unpaid orders of one product each, member by member in turn."""
    wanted = [
        TakeOrder(
            merchant_id=market.merchant_id,
            store_id=market.store_id,
            member_id=market.buyers[number % len(market.buyers)].member_id,
            lines=[TillLine(sku_id=market.sku_ids[number % _PRODUCTS])],
        )
        for number in range(count)
    ]
    outcomes = await office.run_many(take_orders, wanted, SYSTEM)
    orders = [one for one in outcomes if not isinstance(one, Failure)]
    if len(orders) < count:
        raise Trouble("bench.orders_refused", placed=len(orders), wanted=count)
    return orders


def as_person(person_id: int) -> Actor:
    """The person as an actor without any grant."""
    return Actor(kind="person", actor_id=person_id, person_id=person_id)


async def _enrol(office: Office, number: int) -> PersonId:
    command = EnrolPerson(nickname=f"Buyer {number}", phone=f"+86136{number:08}")
    return (await office.run(enrol_person, command, SYSTEM)).person_id


async def _add_product(office: Office, merchant_id: MerchantId, number: int) -> SkuId:
    product = await office.run(
        add_product,
        AddProduct(
            merchant_id=merchant_id,
            name=f"Tea {number}",
            skus=[SkuFacts(price_fen=_PRICE_FEN)],
        ),
        SYSTEM,
    )
    return product.skus[0].sku_id


async def _settle_in(office: Office, merchant_id: MerchantId, number: int) -> Buyer:
    person_id = await _enrol(office, number)
    session = await office.run(
        open_session, OpenSession(person_id=person_id, device="bench"), SYSTEM
    )
    actor = as_person(person_id)
    joined = await office.run(join_member, JoinMember(merchant_id=merchant_id), actor)
    await office.run(top_up, TopUpWallet(amount_fen=_MONEY_FEN), actor)
    return Buyer(person_id, joined.member_id, session.token)
