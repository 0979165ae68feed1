"""The town while it is planted: who is who, what was opened, and its own clock."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any, TypeVar

from banyan.app.build import Building
from banyan.app.demo.shops import Shop
from banyan.base.errors import Failure
from banyan.books.follow import enrol, follow_once
from banyan.books.office import Office
from banyan.books.timers.run import run_due
from banyan.books.work import Actor
from banyan.commerce.catalogue import SkuId
from banyan.commerce.coupons import CampaignId
from banyan.commerce.places import CodedPlace
from banyan.commerce.stores import StoreId
from banyan.parties.merchants import MerchantId

T = TypeVar("T")

_SEED = 1_101
_ROUNDS_MAX = 50


@dataclass(frozen=True)
class OpenBranch:
    """A store with its coded places."""

    store_id: StoreId
    doors: Sequence[CodedPlace]
    tables: Sequence[CodedPlace]
    posters: Sequence[CodedPlace]

    @property
    def places(self) -> Sequence[CodedPlace]:
        """Everything that can be scanned."""
        return (*self.doors, *self.tables, *self.posters)


@dataclass(frozen=True)
class OpenShop:
    """A shop that does business."""

    shop: Shop
    merchant_id: MerchantId
    owner: Actor
    clerk: Actor
    branches: Sequence[OpenBranch]
    prices: Mapping[SkuId, int]
    """What is on the shelf, and for how much."""
    welcome: CampaignId
    come_back: CampaignId


@dataclass
class Town:
    """What planting needs everywhere."""

    building: Building
    start: datetime
    """When the town's month begins."""
    people: dict[str, Actor] = field(default_factory=dict)
    """By phone."""
    chance: Random = field(default_factory=lambda: Random(_SEED))

    @property
    def office(self) -> Office:
        """Where operations run."""
        return self.building.office

    def go_to(self, now: datetime) -> None:
        """Make it that time, in this process only."""
        self.office.clock.set(now)

    async def enrol(self) -> None:
        """Let followers begin, as a serving process would."""
        await enrol(self.office, [one for room in self.building.rooms for one in room.followers])

    async def settle(self, names: Iterable[str]) -> None:
        """Let these followers read what happened, and what they brought about."""
        wanted = set(names)
        followers = [
            one for room in self.building.rooms for one in room.followers if one.name in wanted
        ]
        for _ in range(_ROUNDS_MAX):
            if not await follow_once(self.office, followers):
                break

    async def run_timers(self, *rooms: str) -> None:
        """Let the timers of these rooms go off that are due."""
        handlers = {
            kind: handler
            for room in self.building.rooms
            if room.name in rooms
            for kind, handler in room.timers.items()
        }
        for _ in range(_ROUNDS_MAX):
            if not await run_due(self.office, handlers):
                break

    async def all_of(self, work: Iterable[Coroutine[Any, Any, T]]) -> list[T | None]:
        """Do all at once, so that calls of one kind share a transaction; None where refused."""
        outcomes = await asyncio.gather(*work, return_exceptions=True)
        return [_or_none(one) for one in outcomes]


def _or_none(outcome: T | BaseException) -> T | None:
    """A shop that has sold out, a wallet that is empty: that is life, and no reason to stop."""
    if isinstance(outcome, BaseException):
        if not isinstance(outcome, Failure):
            raise outcome
        return None
    return outcome
