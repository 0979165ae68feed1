"""Builders for money and sales: a bank, full wallets, shelves to buy from; by real operations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from banyan.base.ids import NONE
from banyan.base.money import CNY
from banyan.books.actor import SYSTEM
from banyan.books.ledger import EMPTY, read_accounts
from banyan.commerce.catalogue import SkuId
from banyan.commerce.coupons import (
    ClaimCoupon,
    Coupon,
    CouponId,
    CouponKind,
    CreateCampaign,
    claim_coupons,
    create_campaign,
)
from banyan.commerce.members import JoinMember, MemberId, join_member, points_of
from banyan.commerce.orders import (
    Order,
    OrderKind,
    OrderRefund,
    PaidOrder,
    PayOrder,
    PlaceOrder,
    ReadMyReceipt,
    Receipt,
    RefundOrder,
    ReturnedLine,
    TakeOrder,
    TakePayment,
    TillLine,
    WantedLine,
    pay_orders,
    place_orders,
    read_my_receipt,
    refund_order,
    take_orders,
    take_payments,
)
from banyan.commerce.places import CodeId, PlaceId
from banyan.parties.merchants import MerchantId
from banyan.pay.collect import PaymentMethod
from banyan.pay.wallets import (
    TEST_BANK,
    ReadWallet,
    SetBank,
    TopUp,
    TopUpWallet,
    purse_of,
    read_wallet,
    set_bank,
    till_of,
    top_up,
)
from tests.kit.commerce_shop import TeaShop, open_tea_shop

if TYPE_CHECKING:
    from tests.kit.world import World


async def open_bank(world: World) -> None:
    """Open the test bank, as a start in development does."""
    await world.office.run(set_bank, SetBank(bank_id=TEST_BANK, is_enabled=True), SYSTEM)


async def fill_wallet(world: World, name: str, amount_fen: int) -> TopUp:
    """Put play money into somebody's wallet."""
    command = TopUpWallet(amount_fen=amount_fen)
    return await world.office.run(top_up, command, world.as_person(name))


async def balance(world: World, name: str) -> int:
    """What somebody's wallet holds."""
    wallet = await world.office.run(read_wallet, ReadWallet(), world.as_person(name))
    return wallet.balance_fen


async def place(  # noqa: PLR0913 - who orders what, where, and how
    world: World,
    name: str,
    shop: TeaShop,
    wanted: Mapping[SkuId, int],
    *,
    kind: OrderKind = OrderKind.TAKE_AWAY,
    place_id: int = NONE,
    coupon_id: int = NONE,
) -> Order:
    """Have somebody order this at the shop."""
    command = PlaceOrder(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        lines=[WantedLine(sku_id=sku, quantity=count) for sku, count in wanted.items()],
        kind=kind,
        place_id=PlaceId(place_id),
        coupon_id=CouponId(coupon_id),
    )
    return await world.office.run(place_orders, command, world.as_person(name))


async def pay(
    world: World, name: str, order: Order, *, expected_fen: int | None = None
) -> PaidOrder:
    """Have somebody pay an order from their wallet."""
    command = PayOrder(
        merchant_id=MerchantId(order.merchant_id),
        order_id=order.order_id,
        expected_total_fen=expected_fen,
    )
    return await world.office.run(pay_orders, command, world.as_person(name))


async def buy(world: World, name: str, shop: TeaShop, wanted: Mapping[SkuId, int]) -> Order:
    """Have somebody order and pay this."""
    order = await place(world, name, shop, wanted)
    await pay(world, name, order)
    return order


async def take(  # noqa: PLR0913 - who puts in what, where, for whom and for how much
    world: World,
    clerk: str,
    shop: TeaShop,
    wanted: Mapping[SkuId, int],
    *,
    phone: str | None = None,
    member_id: int = NONE,
    price_fen: int | None = None,
    code_id: int = NONE,
) -> Order:
    """Have a clerk put in an order at the till."""
    command = TakeOrder(
        merchant_id=shop.merchant_id,
        store_id=shop.store_id,
        lines=[
            TillLine(sku_id=sku, quantity=count, unit_price_fen=price_fen)
            for sku, count in wanted.items()
        ],
        phone=phone,
        member_id=MemberId(member_id),
        code_id=CodeId(code_id),
    )
    return await world.office.run(take_orders, command, world.as_person(clerk))


async def take_money(
    world: World, clerk: str, order: Order, method: PaymentMethod = PaymentMethod.CASH
) -> PaidOrder:
    """Have a clerk take the money for an order."""
    command = TakePayment(
        merchant_id=MerchantId(order.merchant_id), order_id=order.order_id, method=method
    )
    return await world.office.run(take_payments, command, world.as_person(clerk))


async def refund(
    world: World,
    order: Order,
    units: Mapping[int, int] | None = None,
    *,
    is_restocked: bool = True,
    reason: str = "",
) -> OrderRefund:
    """Have the owner give back these units by line number, or all that is left."""
    command = RefundOrder(
        merchant_id=MerchantId(order.merchant_id),
        order_id=order.order_id,
        lines=[
            ReturnedLine(line_no=line_no, quantity=count, is_restocked=is_restocked)
            for line_no, count in (units or {}).items()
        ],
        is_restocked=is_restocked,
        reason=reason,
    )
    return await world.office.run(refund_order, command, world.owner)


async def receipt(world: World, name: str, order: Order) -> Receipt:
    """What a buyer may read of their order."""
    query = ReadMyReceipt(order_id=order.order_id)
    return await world.office.run(read_my_receipt, query, world.as_person(name))


async def money_of(world: World, merchant_id: int) -> tuple[int, int]:
    """What a merchant's purse and till hold."""
    purse, till = purse_of(CNY, merchant_id).account_id, till_of(CNY, merchant_id).account_id
    async with world.building.pool.acquire() as db:
        sums = await read_accounts(db, [purse, till])
    return sums.get(purse, EMPTY).balance, sums.get(till, EMPTY).balance


async def open_busy_shop(world: World, *, stock: int = 100, money_fen: int = 100_000) -> TeaShop:
    """Open the tea shop and the bank, and send lin in with a full wallet."""
    shop = await open_tea_shop(world, stock=stock)
    await open_bank(world)
    await world.person("lin")
    await fill_wallet(world, "lin", money_fen)
    return shop


async def hand_coupon(
    world: World,
    name: str,
    *,
    amount_off_fen: int,
    threshold_fen: int = 0,
    valid_for: timedelta = timedelta(days=30),
) -> Coupon:
    """Begin a campaign of one coupon at the world's merchant and have a member take it."""
    campaign = await world.office.run(
        create_campaign,
        CreateCampaign(
            merchant_id=world.merchant_id,
            name="Thank you",
            kind=CouponKind.AMOUNT_OFF,
            amount_off_fen=amount_off_fen,
            threshold_fen=threshold_fen,
            budget=1,
            valid_until=world.now + valid_for,
        ),
        world.owner,
    )
    command = ClaimCoupon(merchant_id=world.merchant_id, campaign_id=campaign.campaign_id)
    return await world.office.run(claim_coupons, command, world.as_person(name))


async def join(world: World, name: str, shop: TeaShop) -> MemberId:
    """Make somebody a member of the shop."""
    command = JoinMember(merchant_id=shop.merchant_id)
    return (await world.office.run(join_member, command, world.as_person(name))).member_id


async def points_held(world: World, shop: TeaShop, member_id: MemberId) -> int:
    """What a member of the shop has in points."""
    account = points_of(shop.merchant_id, member_id).account_id
    async with world.building.pool.acquire() as db:
        return (await read_accounts(db, [account])).get(account, EMPTY).balance
