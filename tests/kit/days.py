"""Random days of trade at one shop: whatever people might do, many at once, under a moved clock."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from banyan.base.errors import Failure
from banyan.base.ids import NONE
from banyan.books.work import Actor
from banyan.commerce.catalogue import SkuId
from banyan.commerce.coupons import (
    Campaign,
    CampaignId,
    ClaimCoupon,
    CouponId,
    ListMyCoupons,
    claim_coupons,
    list_my_coupons,
)
from banyan.commerce.members import JoinMember, join_member
from banyan.commerce.orders import (
    CancelOrder,
    Order,
    PaidOrder,
    PayOrder,
    PlaceOrder,
    RefundOrder,
    ReturnedLine,
    TakeOrder,
    TakePayment,
    TillLine,
    WantedLine,
    cancel_order,
    pay_orders,
    place_orders,
    refund_order,
    take_orders,
    take_payments,
)
from banyan.commerce.places import CodedPlace, RecordTouch, record_touches
from banyan.commerce.stock import ReceiveStock, StockLine, receive_stock
from banyan.parties.merchants import MerchantId
from banyan.pay.collect import PaymentMethod
from banyan.pay.wallets import TopUpWallet, top_up
from tests.kit.commerce_shop import TeaShop
from tests.kit.world import World

T = TypeVar("T")

_AT_ONCE_MAX = 8
_FORGOTTEN_MINUTES = 60
"""Nobody tries to pay after so long; before, they may be too late, and are told so."""


@dataclass
class Life:
    """What one person was told has happened to them."""

    actor: Actor
    wallet_fen: int = 0
    unpaid: dict[int, int] = field(default_factory=dict)
    """Order to total."""
    paid: dict[int, int] = field(default_factory=dict)
    """Order to what is left of it."""

    @property
    def spent_fen(self) -> int:
        """What is left of everything they paid."""
        return sum(self.paid.values())


class Days:
    """Lets days pass at a tea shop, and remembers every answer."""

    def __init__(
        self,
        world: World,
        shop: TeaShop,
        campaigns: list[Campaign],
        codes: list[CodedPlace],
        seed: int,
    ) -> None:
        self.world = world
        self.shop = shop
        self.lives: dict[str, Life] = {}
        self.till_fen = 0
        """Cash of people whom nobody knows, that has not gone back."""
        self.refused: Counter[str] = Counter()
        """Failures by code: life is full of them."""
        self._campaigns = [CampaignId(one.campaign_id) for one in campaigns]
        self._codes = codes
        self._chance = random.Random(seed)
        self._acts: list[Callable[[Life], Awaitable[None]]] = [
            self._top_up, self._scan, self._claim, self._order, self._order, self._order,
            self._pay, self._pay, self._pay, self._cancel, self._give_back, self._sell_for_cash,
        ]  # fmt: skip

    async def live(self, acts: int) -> None:
        """Let so many things happen, several at once, and time pass between them."""
        while acts > 0:
            await self._welcome()
            count = self._chance.randint(1, _AT_ONCE_MAX)
            acts -= count
            lives = self._chance.choices(list(self.lives.values()), k=count)
            chosen = [(self._chance.choice(self._acts), life) for life in lives]
            await asyncio.gather(*(act(life) for act, life in chosen))
            await self._let_time_pass()

    async def _welcome(self) -> None:
        """Now and then somebody new comes, and joins."""
        if self.lives and self._chance.random() > 0.15:
            return
        name = f"guest{len(self.lives)}"
        actor = await self.world.person(name)
        self.lives[name] = Life(actor)
        if self._chance.random() < 0.8:
            await self._try(
                self.world.office.run(
                    join_member, JoinMember(merchant_id=self.shop.merchant_id), actor
                )
            )

    async def _let_time_pass(self) -> None:
        minutes = self._chance.choice((0, 0, 1, 5, 14, 16, 60, 700))
        if minutes:
            await self.world.advance(timedelta(minutes=minutes))
        if minutes > _FORGOTTEN_MINUTES:
            for life in self.lives.values():
                life.unpaid.clear()
        if self._chance.random() < 0.1:
            lines = [StockLine(sku_id=self.shop.oolong, quantity=self._chance.randint(1, 20))]
            command = ReceiveStock(
                merchant_id=self.shop.merchant_id, store_id=self.shop.store_id, lines=lines
            )
            await self.world.office.run(receive_stock, command, self.world.owner)

    async def _try(self, work: Awaitable[T]) -> T | None:
        try:
            return await work
        except Failure as failure:
            self.refused[failure.code] += 1
            return None

    async def _top_up(self, life: Life) -> None:
        amount = self._chance.randint(500, 9_000)
        command = TopUpWallet(amount_fen=amount)
        if await self._try(self.world.office.run(top_up, command, life.actor)):
            life.wallet_fen += amount

    async def _scan(self, life: Life) -> None:
        token = self._chance.choice(self._codes).codes[0].token
        command = RecordTouch(token=token, visitor=f"visitor-of-{life.actor.person_id}")
        await self._try(self.world.office.run(record_touches, command, life.actor))

    async def _claim(self, life: Life) -> None:
        command = ClaimCoupon(
            merchant_id=self.shop.merchant_id, campaign_id=self._chance.choice(self._campaigns)
        )
        await self._try(self.world.office.run(claim_coupons, command, life.actor))

    def _lines(self) -> dict[SkuId, int]:
        goods = (self.shop.oolong, self.shop.jasmine, self.shop.water)
        chosen = self._chance.sample(goods, self._chance.randint(1, 3))
        return {sku: self._chance.randint(1, 4) for sku in chosen}

    async def _choose_coupon(self, life: Life) -> int:
        """A coupon they have, reserved for another order perhaps, or none."""
        query = ListMyCoupons(merchant_id=self.shop.merchant_id)
        page = await self.world.office.run(list_my_coupons, query, life.actor)
        return self._chance.choice(page.items).coupon_id if page.items else NONE

    async def _order(self, life: Life) -> None:
        coupon_id = await self._choose_coupon(life) if self._chance.random() < 0.6 else NONE
        command = PlaceOrder(
            merchant_id=self.shop.merchant_id,
            store_id=self.shop.store_id,
            lines=[WantedLine(sku_id=sku, quantity=n) for sku, n in self._lines().items()],
            coupon_id=CouponId(coupon_id),
        )
        order: Order | None = await self._try(
            self.world.office.run(place_orders, command, life.actor)
        )
        if order:
            life.unpaid[order.order_id] = order.total_fen

    async def _pay(self, life: Life) -> None:
        if not life.unpaid:
            return
        order_id = self._chance.choice(list(life.unpaid))
        command = PayOrder(merchant_id=self.shop.merchant_id, order_id=order_id)  # type: ignore[arg-type]
        paid: PaidOrder | None = await self._try(
            self.world.office.run(pay_orders, command, life.actor)
        )
        if paid:
            life.unpaid.pop(order_id, None)
            life.paid[order_id] = paid.amount_fen
            life.wallet_fen -= paid.amount_fen

    async def _cancel(self, life: Life) -> None:
        if not life.unpaid:
            return
        order_id = self._chance.choice(list(life.unpaid))
        command = CancelOrder(merchant_id=self.shop.merchant_id, order_id=order_id)  # type: ignore[arg-type]
        if await self._try(self.world.office.run(cancel_order, command, life.actor)):
            life.unpaid.pop(order_id, None)

    async def _give_back(self, life: Life) -> None:
        if not life.paid:
            return
        order_id = self._chance.choice(list(life.paid))
        lines = [ReturnedLine(line_no=1, quantity=1)] if self._chance.random() < 0.6 else []
        command = RefundOrder(
            merchant_id=self.shop.merchant_id,
            order_id=order_id,  # type: ignore[arg-type]
            lines=lines,
            is_restocked=self._chance.random() < 0.8,
        )
        refund = await self._try(self.world.office.run(refund_order, command, self.world.owner))
        if refund:
            life.paid[order_id] -= refund.amount_fen
            life.wallet_fen += refund.amount_fen

    async def _sell_for_cash(self, _life: Life) -> None:
        command = TakeOrder(
            merchant_id=self.shop.merchant_id,
            store_id=self.shop.store_id,
            lines=[TillLine(sku_id=sku, quantity=n) for sku, n in self._lines().items()],
        )
        order: Order | None = await self._try(
            self.world.office.run(take_orders, command, self.world.owner)
        )
        if order is None:
            return
        payment = TakePayment(
            merchant_id=MerchantId(order.merchant_id),
            order_id=order.order_id,
            method=PaymentMethod.CASH,
        )
        if await self._try(self.world.office.run(take_payments, payment, self.world.owner)):
            self.till_fen += order.total_fen
