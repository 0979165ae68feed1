"""Who stands at which counter: the store that a till sells for, and the frame of its pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from banyan.base.errors import Failure
from banyan.books.actor import Permission
from banyan.commerce.stores import Store
from banyan.doors.http import Answer
from banyan.doors.pages.ask import Ask
from banyan.doors.pages.console.desk import (
    Desk,
    NoMerchant,
    at_desk,
    open_desk,
    shared_values,
)
from banyan.doors.pages.router import Handler
from banyan.doors.pages.shell import CashierFrame, mark
from banyan.parties.people import ReadProfile, read_profile

STORE_COOKIE = "till_store"


class Counter:
    """A cashier's request at the store that they chose."""

    def __init__(self, desk: Desk, store: Store) -> None:
        self.desk = desk
        self.store = store

    @property
    def ask(self) -> Ask:
        """The request."""
        return self.desk.ask

    async def page(self, template: str, *, status: int = 200, **values: Any) -> Answer:  # noqa: ANN401 - of any kind
        """A page of the till."""
        frame = await make_frame(self.desk, self.store)
        given = shared_values(self.ask, **values) | {"desk": self.desk, "counter": self}
        return self.ask.page(f"cashier/{template}", frame, status=status, **given)

    async def part(self, template: str, block: str, **values: Any) -> Answer:  # noqa: ANN401 - of any kind
        """One block of a page."""
        frame = await make_frame(self.desk, self.store)
        given = shared_values(self.ask, **values) | {"desk": self.desk, "counter": self}
        return self.ask.block(f"cashier/{template}", block, frame, **given)


async def make_frame(desk: Desk, store: Store | None) -> CashierFrame:
    """The till around a page."""
    profile = await desk.ask.run(read_profile, ReadProfile())
    return CashierFrame(
        language=desk.ask.language,
        path=desk.ask.path,
        zone=store.time_zone if store else desk.zone,
        person_name=profile.nickname,
        flashes=desk.ask.take_flashes(),
        store_name=f"{desk.mine.merchant.name} · {store.name}" if store else "",
        till_name=desk.ask.words(mark("Till")),
    )


CounterHandler = Callable[[Counter], Awaitable[Answer]]
"""What a page of the till is: from a counter to an answer."""


def at_counter(handle: CounterHandler) -> Handler:
    """Make a page of the till; whoever has not said at which of several stores is asked first."""

    @at_desk(Permission.ORDERS_TAKE)
    async def answer(desk: Desk) -> Answer:
        store = _find_store(desk)
        if store is None:
            return desk.ask.go("/till/store")
        return await handle(Counter(desk, store))

    return answer


def _find_store(desk: Desk) -> Store | None:
    """The store that was chosen, or the only one."""
    chosen = desk.ask.cookie(STORE_COOKIE)
    store = next((one for one in desk.stores if str(int(one.store_id)) == chosen), None)
    return desk.stores[0] if store is None and len(desk.stores) == 1 else store


async def surround_problem(ask: Ask) -> tuple[str, CashierFrame]:
    """The till around an error."""
    try:
        desk = await open_desk(ask)
        frame = await make_frame(desk, _find_store(desk))
    except (NoMerchant, Failure):
        frame = CashierFrame(
            language=ask.language, path=ask.path, till_name=ask.words(mark("Till"))
        )
    return "problem/cashier.html", frame
