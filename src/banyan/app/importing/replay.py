"""Carries a plan out: batches of orders and refunds by the rooms' own operations, two at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from banyan.app.importing.plan import Planned, PlannedOrder, PlannedRefund, rejects_of
from banyan.app.importing.store import Reject, Spool
from banyan.base.errors import Failure, Trouble
from banyan.books.office import Office
from banyan.books.work import SYSTEM, Plural
from banyan.commerce.catalogue import SkuId
from banyan.commerce.imports import (
    BringOrder,
    BringRefund,
    SourceId,
    TakenLine,
    TakenPart,
    bring_orders,
    bring_refunds,
)
from banyan.commerce.orders import TillLine
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId
from banyan.pay.collect import PaymentMethod

_LINES_AT_ONCE = 8_000
_ORDERS_AT_ONCE = 500
_BATCHES_AT_ONCE = 2
"""One is computed while the database works on the other."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_PAUSES_S = (1.0, 5.0, 15.0, 30.0)
"""How long to wait for a database that is away, time after time."""

C = TypeVar("C")
R = TypeVar("R")

Advance = Callable[[int], None]
"""Hears how many rows are done."""


@dataclass(frozen=True)
class Target:
    """Where history goes, and what its names mean there."""

    merchant_id: MerchantId
    source_id: SourceId
    stores: Mapping[str, StoreId]
    sku_ids: Mapping[str, SkuId]
    known: PaymentMethod
    """How orders of named customers were paid."""
    unknown: PaymentMethod


@dataclass
class Sums:
    """What came of the rows that made sense; amounts in millionths as the file has them."""

    rows: int = 0
    orders: int = 0
    orders_new: int = 0
    lines: int = 0
    refunds: int = 0
    refunds_new: int = 0
    sold_e6: int = 0
    returned_e6: int = 0
    sold_fen: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    """By whether the customer is known."""
    returned_fen: int = 0

    def add(self, planned: PlannedOrder | PlannedRefund) -> None:
        """Add what was brought, or would be."""
        self.rows += len(planned.rows)
        if isinstance(planned, PlannedOrder):
            self.orders += 1
            self.lines += len(planned.lines)
            self.sold_e6 += sum(row.amount_e6 for row in planned.rows)
            self.sold_fen[planned.customer != ""] += planned.amount_fen
        else:
            self.refunds += 1
            self.returned_e6 -= sum(row.amount_e6 for row in planned.rows)
            self.returned_fen += planned.amount_fen


@dataclass
class _Batch:
    orders: list[PlannedOrder] = field(default_factory=list)
    refunds: list[PlannedRefund] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    lines: int = 0

    def add(self, planned: Planned) -> None:
        match planned:
            case PlannedOrder():
                self.orders.append(planned)
                self.lines += len(planned.lines)
            case PlannedRefund():
                self.refunds.append(planned)
            case Reject():
                self.rejects.append(planned)

    @property
    def rows(self) -> int:
        sold = sum(len(one.rows) for one in self.orders)
        return sold + sum(len(one.rows) for one in self.refunds) + len(self.rejects)

    @property
    def is_full(self) -> bool:
        return (
            self.lines >= _LINES_AT_ONCE
            or len(self.orders) >= _ORDERS_AT_ONCE
            or len(self.refunds) >= _ORDERS_AT_ONCE
        )


class Replay:
    """Brings one file's plan into the books."""

    def __init__(self, office: Office, spool: Spool, target: Target, advance: Advance) -> None:
        self._office = office
        self._spool = spool
        self._target = target
        self._advance = advance
        self.sums = Sums()

    async def run(self, plan: Iterator[Planned]) -> Sums:
        """Bring everything; refunds of a batch wait for the orders of it and of those before.

        What was brought by an earlier run, finished or killed, is found again and stays as it is.
        What the books refuse is kept with the rejects. Raises Trouble when the database is away
        for long.
        """
        try:
            async with asyncio.TaskGroup() as group:
                await self._bring_all(group, plan)
        except ExceptionGroup as broken:
            trouble = broken.exceptions[0]
            if not isinstance(trouble, Trouble):
                raise
            raise trouble from None
        return self.sums

    async def _bring_all(self, group: asyncio.TaskGroup, plan: Iterator[Planned]) -> None:
        under_way: deque[asyncio.Task[None]] = deque()
        batch = _Batch()
        for planned in plan:
            batch.add(planned)
            if batch.is_full:
                await self._start(group, under_way, batch)
                batch = _Batch()
        await self._start(group, under_way, batch)

    async def _start(
        self, group: asyncio.TaskGroup, under_way: deque[asyncio.Task[None]], batch: _Batch
    ) -> None:
        while len(under_way) >= _BATCHES_AT_ONCE:
            await under_way.popleft()
        before = under_way[-1] if under_way else None
        under_way.append(group.create_task(self._bring(batch, before)))
        # Let it come as far as its first question to the database.
        await asyncio.sleep(0)

    async def _bring(self, batch: _Batch, before: asyncio.Task[None] | None) -> None:
        rejects = list(batch.rejects)
        if batch.orders:
            rejects += await self._bring_orders(batch.orders)
        if before is not None:
            await before
        if batch.refunds:
            rejects += await self._bring_refunds(batch.refunds)
        self._spool.add_rejects(rejects)
        self._advance(batch.rows)

    async def _bring_orders(self, orders: list[PlannedOrder]) -> list[Reject]:
        outcomes = await bring_patiently(
            self._office,
            bring_orders,
            [self._order(one) for one in orders],
            [_instant(one.at_us) for one in orders],
        )
        rejects: list[Reject] = []
        for one, outcome in zip(orders, outcomes, strict=True):
            if isinstance(outcome, Failure):
                rejects += rejects_of(one, outcome.code)
                continue
            assert outcome.total_fen == one.amount_fen
            self.sums.add(one)
            self.sums.orders_new += outcome.is_new
        return rejects

    async def _bring_refunds(self, refunds: list[PlannedRefund]) -> list[Reject]:
        outcomes = await bring_patiently(
            self._office,
            bring_refunds,
            [self._refund(one) for one in refunds],
            [_instant(one.at_us) for one in refunds],
        )
        rejects: list[Reject] = []
        for one, outcome in zip(refunds, outcomes, strict=True):
            if isinstance(outcome, Failure):
                rejects += rejects_of(one, outcome.code)
                continue
            assert outcome.amount_fen == one.amount_fen
            self.sums.add(one)
            self.sums.refunds_new += outcome.is_new
        return rejects

    def _order(self, one: PlannedOrder) -> BringOrder:
        target = self._target
        return BringOrder(
            merchant_id=target.merchant_id,
            source_id=target.source_id,
            number=one.number,
            store_id=target.stores[one.store],
            customer=one.customer or None,
            method=target.known if one.customer else target.unknown,
            lines=[
                TillLine(
                    sku_id=target.sku_ids[line.sku],
                    quantity=line.quantity,
                    unit_price_fen=line.unit_price_fen,
                )
                for line in one.lines
            ],
        )

    def _refund(self, one: PlannedRefund) -> BringRefund:
        return BringRefund(
            merchant_id=self._target.merchant_id,
            source_id=self._target.source_id,
            number=one.number,
            parts=[
                TakenPart(
                    order_number=number,
                    lines=[
                        TakenLine(line_no=line_no, quantity=count)
                        for line_no, count in sorted(lines.items())
                    ],
                    amount_fen=one.amounts_fen[number],
                )
                for number, lines in one.units.items()
            ],
        )


async def bring_patiently(
    office: Office,
    operation: Plural[C, R],
    commands: Sequence[C],
    at: Sequence[datetime],
    pauses_s: Sequence[float] = _PAUSES_S,
) -> list[R | Failure]:
    """Bring each; what meets with trouble is tried again, as trouble says nothing of the row.

    That is safe although it may have been done: what was brought is found again.
    Raises the Trouble that is still there after all pauses.
    """
    outcomes = await office.run_many(operation, commands, SYSTEM, at=at)
    for pause_s in pauses_s:
        places = [i for i, one in enumerate(outcomes) if isinstance(one, Trouble)]
        if not places:
            break
        await asyncio.sleep(pause_s)
        again = await office.run_many(
            operation, [commands[i] for i in places], SYSTEM, at=[at[i] for i in places]
        )
        for i, outcome in zip(places, again, strict=True):
            outcomes[i] = outcome
    for outcome in outcomes:
        if isinstance(outcome, Trouble):
            raise outcome
    return outcomes


def _instant(at_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=at_us)
