"""A month in the life of the town: people come, join, order, pay, and are invited again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from banyan.app.demo.cast import LIN, NEIGHBOURS, Resident
from banyan.app.demo.open_shops import enrol
from banyan.app.demo.town import OpenBranch, OpenShop, Town
from banyan.base.ids import NONE
from banyan.base.money import CNY
from banyan.books.work import NOBODY, Actor
from banyan.commerce.campaigns import (
    CreateSegment,
    SegmentRules,
    SendCampaign,
    create_segment,
    send_campaign,
)
from banyan.commerce.catalogue import SkuId
from banyan.commerce.coupons import (
    Coupon,
    CouponFilter,
    CouponId,
    ListMyCoupons,
    list_my_coupons,
)
from banyan.commerce.members import Arrive, arrive
from banyan.commerce.orders import (
    Order,
    OrderKind,
    PayOrder,
    PlaceOrder,
    RefundOrder,
    TakeOrder,
    TakePayment,
    TillLine,
    WantedLine,
    pay_orders,
    place_orders,
    refund_order,
    take_orders,
    take_payments,
)
from banyan.commerce.places import PlaceId, RecordTouch, record_touches
from banyan.parties.merchants import MerchantId
from banyan.pay.wallets import TopUpWallet, top_up

DAYS = 30
_DAYS_AT_ONCE = 3
_OPENS = timedelta(hours=1)
_CLOSES = timedelta(hours=13)
"""Hours of trade, after 0:00 UTC: nine in the morning to nine in the evening in the town."""
_INVITED_ON = 21
_AWAY_DAYS = 8
_UNPAID_SHARE = 0.03
_REFUNDED_SHARE = 0.02
_SEATED_SHARE = 0.4
_ELSEWHERE_SHARE = 0.3
"""Of visits to a shop of two stores, those that go to the second."""
_COUPON_PULL = 0.3
"""How likely somebody who holds a coupon comes on a day because of it."""
_REACTIONS = ("coupons.welcome", "members.spending", "notices.coupons", "notices.receipts")


@dataclass
class Guest:
    """Somebody at one shop: when they come first, and how much they like it."""

    actor: Actor
    open_shop: OpenShop
    first_on: int
    visits_a_week: float
    coupons: list[Coupon] = field(default_factory=list)


@dataclass(frozen=True)
class Visit:
    """One visit of a guest that ends in an order."""

    guest: Guest
    branch: OpenBranch
    at: datetime
    lines: Sequence[WantedLine]
    coupon: Coupon | None


async def live_a_month(town: Town, shops: Sequence[OpenShop]) -> None:
    """Let the month pass, three days at a time, each by the operations of every day."""
    guests = await _find_guests(town, shops)
    for day in range(0, DAYS, _DAYS_AT_ONCE):
        morning = town.start + timedelta(days=day)
        coming = [one for one in guests if day <= one.first_on < day + _DAYS_AT_ONCE]
        town.go_to(morning + _OPENS)
        await _arrive(town, coming, shops, morning)
        town.go_to(morning + _OPENS + timedelta(hours=1))
        await town.settle(_REACTIONS)
        await _look_up_coupons(town, coming)
        there = [one for one in guests if one.first_on < day + _DAYS_AT_ONCE]
        visits = _plan_visits(town, there, day)
        town.go_to(morning + timedelta(days=_DAYS_AT_ONCE) - timedelta(hours=1))
        await _trade(town, visits)
        await _sell_to_strangers(town, shops, day)
        if day <= _INVITED_ON < day + _DAYS_AT_ONCE:
            await _invite_again(town, shops[0])
            await _look_up_coupons(town, [one for one in guests if one.open_shop is shops[0]])
    await town.settle(_REACTIONS)


async def _find_guests(town: Town, shops: Sequence[OpenShop]) -> list[Guest]:
    """Decide who goes where, and bring a full wallet to everybody who goes anywhere."""
    guests = []
    for resident in (LIN, *NEIGHBOURS):
        actor = await enrol(town, resident)
        guests += [
            _guest(town, resident, actor, one)
            for one in shops
            if resident is LIN or town.chance.randrange(100) < one.shop.draw
        ]
    rich = {one.actor.person_id: one.actor for one in guests}
    money = TopUpWallet(amount_fen=150_000, currency=CNY.code)
    await town.all_of(town.office.run(top_up, money, actor) for actor in rich.values())
    return guests


def _guest(town: Town, resident: Resident, actor: Actor, open_shop: OpenShop) -> Guest:
    # More come in the first days than later; the mean is a third of the month.
    first_on = 0 if resident is LIN else min(int(town.chance.expovariate(3 / DAYS)), DAYS - 1)
    often = 2.5 if resident is LIN else town.chance.lognormvariate(-0.4, 0.8)
    return Guest(actor, open_shop, first_on, min(often, 4.0))


def _visitor(one: Guest | int) -> str:
    name = one.actor.person_id if isinstance(one, Guest) else one
    return f"demo-visitor-{name:020d}"


def _some_time(town: Town, day: datetime) -> datetime:
    """An instant while shops are open, more likely at noon and in the evening."""
    share = town.chance.choice((0.3, 0.3, 0.8, town.chance.random()))
    share = min(max(town.chance.gauss(share, 0.08), 0.0), 1.0)
    return day + _OPENS + share * (_CLOSES - _OPENS)


def _token(town: Town, branch: OpenBranch) -> str:
    """The code that somebody scans: a door, a poster, or a table."""
    kinds = (branch.doors, branch.posters, branch.tables)
    (places,) = town.chance.choices(kinds, (5, 3, 2))
    return town.chance.choice(list(places) or list(branch.doors)).codes[0].token


async def _arrive(
    town: Town, coming: Sequence[Guest], shops: Sequence[OpenShop], morning: datetime
) -> None:
    """Let newcomers scan a code and join, and others scan and walk on."""
    scans = []
    arrivals = []
    for guest in coming:
        token = _token(town, town.chance.choice(list(guest.open_shop.branches)))
        at = morning + timedelta(minutes=town.chance.randint(1, 59))
        scans.append((RecordTouch(token=token, visitor=_visitor(guest), device="iPhone"), at))
        command = Arrive(
            merchant_id=guest.open_shop.merchant_id, code=token, visitor=_visitor(guest)
        )
        arrivals.append((command, guest.actor, at + timedelta(minutes=1)))
    for open_shop in shops:
        for _ in range(open_shop.shop.draw // 12):
            branch = town.chance.choice(list(open_shop.branches))
            visitor = _visitor(town.chance.randrange(10**9))
            command_ = RecordTouch(token=_token(town, branch), visitor=visitor, device="Android")
            scans.append((command_, _some_time(town, morning)))
    office = town.office
    await office.run_many(
        record_touches, [one for one, _ in scans], NOBODY, at=[at for _, at in scans]
    )
    await town.all_of(office.run(arrive, command, actor, at=at) for command, actor, at in arrivals)


async def _look_up_coupons(town: Town, guests: Iterable[Guest]) -> None:
    some = list(guests)
    pages = await town.all_of(
        town.office.run(
            list_my_coupons,
            ListMyCoupons(merchant_id=one.open_shop.merchant_id, show=CouponFilter.USABLE),
            one.actor,
        )
        for one in some
    )
    for guest, page in zip(some, pages, strict=True):
        guest.coupons = list(page.items) if page else []


def _plan_visits(town: Town, guests: Iterable[Guest], day: int) -> list[Visit]:
    visits = [
        _visit(town, guest, town.start + timedelta(days=on))
        for guest in guests
        for on in range(day, day + _DAYS_AT_ONCE)
        if _comes(town, guest, on)
    ]
    return sorted(visits, key=lambda one: one.at)


def _comes(town: Town, guest: Guest, day: int) -> bool:
    if day <= guest.first_on:
        return day == guest.first_on
    is_drawn = bool(guest.coupons) and town.chance.random() < _COUPON_PULL
    return is_drawn or town.chance.random() < guest.visits_a_week / 7


def _visit(town: Town, guest: Guest, day: datetime) -> Visit:
    lines = _choose(town, guest.open_shop)
    subtotal = sum(guest.open_shop.prices[line.sku_id] * line.quantity for line in lines)
    fitting = [one for one in guest.coupons if one.terms.threshold_fen <= subtotal]
    coupon = fitting[0] if fitting else None
    if coupon:
        guest.coupons.remove(coupon)
    branch = guest.open_shop.branches[0]
    if len(guest.open_shop.branches) > 1 and town.chance.random() < _ELSEWHERE_SHARE:
        branch = guest.open_shop.branches[1]
    return Visit(guest, branch, _some_time(town, day), lines, coupon)


def _choose(town: Town, open_shop: OpenShop) -> list[WantedLine]:
    # What stands first sells best.
    skus = list(open_shop.prices)
    weights = [1 / (place + 2) for place in range(len(skus))]
    chosen = dict.fromkeys(town.chance.choices(skus, weights, k=town.chance.choice((1, 1, 2, 3))))
    return [WantedLine(sku_id=sku, quantity=town.chance.choice((1, 1, 1, 2))) for sku in chosen]


async def _trade(town: Town, visits: Sequence[Visit]) -> None:
    """Place what was planned, pay most of it, and give a little back."""
    office = town.office
    placed = await town.all_of(
        office.run(place_orders, _order(town, one), one.guest.actor, at=one.at) for one in visits
    )
    orders = [
        (order, one)
        for order, one in zip(placed, visits, strict=True)
        if order and town.chance.random() > _UNPAID_SHARE
    ]
    await town.all_of(
        office.run(
            pay_orders,
            PayOrder(merchant_id=one.guest.open_shop.merchant_id, order_id=order.order_id),
            one.guest.actor,
            at=one.at + timedelta(minutes=1),
        )
        for order, one in orders
    )
    returned = [(order, one) for order, one in orders if town.chance.random() < _REFUNDED_SHARE]
    await town.all_of(
        office.run(
            refund_order,
            RefundOrder(
                merchant_id=one.guest.open_shop.merchant_id,
                order_id=order.order_id,
                reason="不合口味 Not to my taste",
            ),
            one.guest.open_shop.owner,
            at=one.at + timedelta(minutes=30),
        )
        for order, one in returned
    )


def _order(town: Town, visit: Visit) -> PlaceOrder:
    is_seated = bool(visit.branch.tables) and town.chance.random() < _SEATED_SHARE
    table = town.chance.choice(list(visit.branch.tables)) if is_seated else None
    return PlaceOrder(
        merchant_id=visit.guest.open_shop.merchant_id,
        store_id=visit.branch.store_id,
        lines=list(visit.lines),
        kind=OrderKind.DINE_IN if table else OrderKind.TAKE_AWAY,
        place_id=table.place_id if table else PlaceId(NONE),
        coupon_id=visit.coupon.coupon_id if visit.coupon else CouponId(NONE),
    )


async def _sell_to_strangers(town: Town, shops: Sequence[OpenShop], day: int) -> None:
    """Sell over the counter, for cash, to people whom nobody knows; fewer from week to week."""
    for open_shop in shops:
        count = max(open_shop.shop.draw * (DAYS - day) // (8 * DAYS), 1)
        commands, times = [], []
        for _ in range(count):
            step = timedelta(days=day + town.chance.randrange(_DAYS_AT_ONCE))
            commands.append(
                TakeOrder(
                    merchant_id=open_shop.merchant_id,
                    store_id=town.chance.choice(list(open_shop.branches)).store_id,
                    lines=[
                        TillLine(sku_id=SkuId(line.sku_id), quantity=line.quantity)
                        for line in _choose(town, open_shop)
                    ],
                )
            )
            times.append(_some_time(town, town.start + step))
        taken = await town.office.run_many(take_orders, commands, open_shop.clerk, at=times)
        payments = [
            TakePayment(merchant_id=open_shop.merchant_id, order_id=one.order_id)
            for one in taken
            if isinstance(one, Order)
        ]
        await town.office.run_many(take_payments, payments, open_shop.clerk, at=times)


async def _invite_again(town: Town, open_shop: OpenShop) -> None:
    """Send a coupon to those who have stayed away, as the owner would from the console."""
    merchant_id: MerchantId = open_shop.merchant_id
    segment = await town.office.run(
        create_segment,
        CreateSegment(
            merchant_id=merchant_id,
            name="一周没来 Away for a week",
            rules=SegmentRules(idle_days_min=_AWAY_DAYS),
        ),
        open_shop.owner,
    )
    await town.settle(_REACTIONS)
    await town.office.run(
        send_campaign,
        SendCampaign(
            merchant_id=merchant_id,
            segment_id=segment.segment_id,
            title="好久不见，请你喝杯茶 · We miss you: tea is on us",
            body="8 折券已放进你的卡包，两个月内有效。\n20 % off is in your cards for two months.",
            link=f"/shops/{merchant_id:d}",
            coupon_campaign_id=open_shop.come_back,
        ),
        open_shop.owner,
    )
    await town.run_timers("campaigns", "channels")
    await town.settle(_REACTIONS)
