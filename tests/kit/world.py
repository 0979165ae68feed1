"""A whole Banyan for one test: a database of its own, an Office, and a cast of people to play."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import asyncpg

from banyan.app.build import Building, migrate_database, open_building
from banyan.app.checker import Checker
from banyan.app.invariants import list_invariants
from banyan.app.registry import ROOMS
from banyan.app.settings import Settings
from banyan.base.db import Connection, EmbeddedServer, connect
from banyan.base.secret import Secret
from banyan.books.actor import SYSTEM, Actor
from banyan.books.follow import enrol, follow_once
from banyan.books.office import Office
from banyan.books.timers.run import run_due
from banyan.commerce.cards import PORTS as CARDS
from banyan.outside.sms import ConsoleSender
from banyan.parties.merchants import MerchantId
from banyan.parties.sessions import PORTS
from banyan.parties.staff import Role
from banyan.pay.alipayapps import PORTS as ALIPAY
from banyan.pay.enrolments import PORTS as ENROLMENTS
from banyan.pay.gateways import PORTS as GATEWAYS
from banyan.pay.passwords import PORTS as PASSWORDS
from banyan.pay.paycodes import PORTS as PAYCODES
from banyan.pay.payees import PORTS as PAYEES
from banyan.pay.payouts import PORTS as PAYOUTS
from banyan.pay.remit import PORTS as REMIT
from banyan.reach.articles import PORTS as ARTICLES
from banyan.reach.consents import PORTS as CONSENTS
from banyan.reach.pushes import PORTS as PUSHES
from banyan.reach.remotes import PORTS as REMOTES
from banyan.reach.tokens import PORTS as TOKENS
from banyan.views.bills import PORTS as BILLS
from tests.kit import parties
from tests.kit.emptying import Seeds, empty_database, make_broom, read_seeds
from tests.kit.postgres import fresh_database, template_database

SECRET_KEY = Secret("the key of a world that lasts as long as one test")

_FOLLOWERS = [follower for room in ROOMS for follower in room.followers]
_TIMERS = {kind: handler for room in ROOMS for kind, handler in room.timers.items()}
_rounds_max = 1_000

_list_facts = """
select kind, lane, number from journal.events
order by occurred_at, kind, lane, number
"""
_list_lanes = "select lane, last_number from journal.lanes"
_list_behind = """
select c.follower from journal.cursors c
inner join journal.lanes l on l.lane = c.lane
where c.last_number < l.last_number and c.follower = any($1)
limit 10
"""
_list_failed = "select kind, last_failure from timers.timers where attempts > 0 limit 10"

Mark = Mapping[int, int]
"""A moment in the journal: how far each lane had come."""


class World:
    """Runs operations as anybody, lets the back work, moves time, and checks what must hold.

    The cast, added by `person`: lin buys, wu is poor, chen cheats, mei owns the shop, hao is its
    cashier.
    """

    def __init__(self, building: Building, sender: ConsoleSender, ground: Ground) -> None:
        self.building = building
        self.ground = ground
        self.sender = sender
        """Where the one-time codes end up."""
        self.tokens: dict[str, str] = {}
        """The session token of each person by name."""
        self.merchant_id = MerchantId(0)
        """The merchant that was opened first."""
        self._actors: dict[str, Actor] = {}
        self._owner = ""

    @property
    def office(self) -> Office:
        """Where operations run."""
        return self.building.office

    @property
    def now(self) -> datetime:
        """The instant of business."""
        return self.office.clock.now()

    @property
    def owner(self) -> Actor:
        """The owner of the merchant that was opened first."""
        return self.as_person(self._owner)

    def as_person(self, name: str) -> Actor:
        """The actor of a person who was added, with the grants they had at the last `meet`."""
        return self._actors[name]

    async def person(self, name: str) -> Actor:
        """Add a person, signed in on one device; the same one when called again."""
        if name not in self.tokens:
            self.tokens[name] = await parties.sign_in(self, name)
        return await self.meet(name)

    async def meet(self, name: str) -> Actor:
        """Read what somebody may do now, as a door would; `as_person` knows it from here on."""
        self._actors[name] = await parties.read_actor(self, self.tokens[name])
        return self._actors[name]

    async def merchant(
        self, name: str = "榕树茶馆", *, owner: str = "mei", currency: str = "CNY"
    ) -> MerchantId:
        """Open a merchant; the first one is the world's, and its owner the world's owner."""
        await self.person(owner)
        merchant_id = await parties.open_shop(self, name, owner=owner, currency=currency)
        if not self.merchant_id:
            self.merchant_id, self._owner = merchant_id, owner
        await self.meet(owner)
        return merchant_id

    async def staff(
        self,
        name: str,
        role: Role,
        *,
        store_ids: list[int] | None = None,
        merchant_id: int = 0,
    ) -> Actor:
        """Let somebody act for a merchant, by default the first one, in these stores or in all."""
        await self.person(name)
        await parties.add_staff(
            self, name, role, store_ids=store_ids, merchant_id=merchant_id or self.merchant_id
        )
        return await self.meet(name)

    async def settle(self) -> None:
        """Run followers, timers that are due and checks until nothing is left to do.

        Raises AssertionError if one of them fails, or if others add to it meanwhile.
        """
        await self.work_off()
        async with self.building.pool.acquire() as db:
            names = [one.name for one in _FOLLOWERS]
            behind = [row["follower"] for row in await db.fetch(_list_behind, names)]
            failed = [dict(row) for row in await db.fetch(_list_failed)]
        assert not behind, f"these followers fail, see the log: {behind}"
        assert not failed, f"these timers fail: {failed}"

    async def work_off(self) -> None:
        """Run them until there is nothing to do for a moment, whatever others do meanwhile."""
        for _ in range(_rounds_max):
            passed = await follow_once(self.office, _FOLLOWERS)
            passed = passed or await Checker(self.office).check_waiting()
            if not passed and not await run_due(self.office, _TIMERS):
                break

    async def advance(self, step: timedelta) -> None:
        """Let time pass, and everything that falls due happen."""
        await self.office.set_clock(self.now + step)
        await self.settle()

    async def check(self) -> None:
        """Raise AssertionError if an invariant of any room does not hold."""
        db = await self.ground.keeper()
        for invariant in list_invariants(self.building.rooms):
            broken = await db.fetch(invariant.sql)
            assert not broken, f"{invariant.name}: {invariant.why} {broken[:3]}"

    async def mark(self) -> Mark:
        """The present moment in the journal, for `events`."""
        async with self.building.pool.acquire() as db:
            return {row["lane"]: row["last_number"] for row in await db.fetch(_list_lanes)}

    async def events(self, since: Mark | None = None) -> list[str]:
        """The kinds of all events recorded after that moment, in order.

        Events of one transaction are in alphabetical order: across lanes they have no other.
        """
        since = since or {}
        async with self.building.pool.acquire() as db:
            rows = await db.fetch(_list_facts)
        return [row["kind"] for row in rows if row["number"] > since.get(row["lane"], 0)]


class Ground:
    """A database that worlds stand on, one after the other; each finds it empty."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self._seeds: Seeds = {}
        self._keeper: asyncpg.Connection[asyncpg.Record] | None = None

    async def keeper(self) -> Connection:
        """The connection that sweeps and checks, kept from world to world.

        A new one would spend ten times as long on reading what the database consists of. It plans
        each time for what is there: what is quick for a dozen rows is not for thousands.
        """
        if self._keeper is None or self._keeper.is_closed():
            self._keeper = await connect(self.dsn)
            await self._keeper.execute("set plan_cache_mode = force_custom_plan")
            await make_broom(self._keeper)
        return self._keeper

    async def sweep(self) -> None:
        """Leave nothing of the last world."""
        await empty_database(await self.keeper(), self._seeds)

    async def open(self) -> None:
        """Remember what the migrations themselves have put in."""
        self._seeds = await read_seeds(await self.keeper())

    async def close(self) -> None:
        """Let the connection go."""
        if self._keeper is not None:
            await self._keeper.close()


@asynccontextmanager
async def open_ground(server: EmbeddedServer) -> AsyncIterator[Ground]:
    """A database of this process's own."""
    template = await template_database(server, _template_name(), _make)
    async with fresh_database(server, template) as dsn:
        ground = Ground(dsn)
        await ground.open()
        try:
            yield ground
        finally:
            await ground.close()


@asynccontextmanager
async def open_untouched(server: EmbeddedServer) -> AsyncIterator[Connection]:
    """A database that is only migrated, so that the planner knows of no table how large it is.

    What a table of other tests held when it was last vacuumed would decide which index is taken.
    """
    template = await template_database(server, _template_name(), _make)
    async with fresh_database(server, template) as dsn:
        db = await connect(dsn)
        try:
            yield db
        finally:
            await db.close()


@asynccontextmanager
async def open_world(ground: Ground) -> AsyncIterator[World]:
    """A new world, in which nothing has happened. At its end every invariant must hold."""
    settings = Settings(database_url=Secret(ground.dsn), secret_key=SECRET_KEY, pool=8)
    await ground.sweep()
    async with open_building(settings) as building:
        sender = ConsoleSender(is_production=False)
        PORTS.connect(key=SECRET_KEY, sender=sender)
        CARDS.connect(key=SECRET_KEY)
        TOKENS.connect(key=SECRET_KEY)
        ALIPAY.connect(key=SECRET_KEY)
        PASSWORDS.connect(key=SECRET_KEY)
        PAYCODES.connect(key=SECRET_KEY)
        CONSENTS.connect(key=SECRET_KEY)
        ARTICLES.connect(public_url=settings.public_url)
        PUSHES.connect(key=SECRET_KEY)
        PAYEES.connect(key=SECRET_KEY)
        REMOTES.connect(key=SECRET_KEY)
        REMIT.connect(key=SECRET_KEY)
        ENROLMENTS.connect(key=SECRET_KEY)
        PAYOUTS.connect(key=SECRET_KEY)
        GATEWAYS.connect(key=SECRET_KEY)
        BILLS.connect(key=SECRET_KEY)
        await enrol(building.office, _FOLLOWERS)
        world = World(building, sender, ground)
        yield world
        await world.check()


async def _make(dsn: str) -> None:
    await migrate_database(dsn)


def _template_name() -> str:
    digest = hashlib.sha256()
    for room in ROOMS:
        for path in sorted(room.migrations.glob("*.sql")):
            digest.update(f"{room.name} {path.name} ".encode() + path.read_bytes())
    return f"world_{digest.hexdigest()[:16]}"


__all__ = ("SYSTEM", "Mark", "World", "open_world")
