"""Who works at the console: the merchant and store they chose, what they may do, their frame."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from babel.numbers import get_currency_symbol

from banyan.base.errors import Failure, NotFound, Refusal, Trouble
from banyan.base.ids import NONE
from banyan.base.money import currency
from banyan.books.actor import Permission
from banyan.books.work import Operation
from banyan.commerce.stores import ListStores, Store, StoreId, list_stores
from banyan.doors.http import Answer
from banyan.doors.http.money import own_symbols
from banyan.doors.pages.ask import Ask, new_key
from banyan.doors.pages.console import words
from banyan.doors.pages.console.inputs import (
    Pager,
    parse_money,
    turn_pages,
    write_money,
    write_percent,
)
from banyan.doors.pages.console.menu import build_menu
from banyan.doors.pages.forms import fill
from banyan.doors.pages.router import Handler
from banyan.doors.pages.shell import Choice, ConsoleFrame
from banyan.doors.pages.shell.format import read_zone
from banyan.parties.merchants import ListMyMerchants, MerchantId, MyMerchant, list_my_merchants
from banyan.parties.people import ReadProfile, read_profile

R = TypeVar("R")

MERCHANT_COOKIE = "merchant"
STORE_COOKIE = "store"
_stores_max = 100
_serious = ("access.forbidden", "sessions.", "merchants.not_found", "request.not_found")
"""Failures that are no mistake in a form: they have a page of their own."""


class Errors(dict[str, str]):
    """What is wrong by field; nothing for every other field, so that a template may ask for any."""

    def __missing__(self, key: str) -> str:
        return ""


def shared_values(
    ask: Ask, errors: Mapping[str, str] | None = None, **values: object
) -> dict[str, Any]:
    """What every template of the console may name."""

    def typed(name: str, default: object = "") -> object:
        """What was typed into a field, or what stands there at first."""
        return ask.form.text(name) if ask.form.values else default

    def first_value(name: str, default: object = "") -> object:
        """What stands in a field at first, when the form that was sent is another on the page."""
        del name
        return default

    def named(names: Mapping[str, str]) -> list[tuple[str, str]]:
        """Choices whose values are a room's words."""
        return [(value, ask.words(text)) for value, text in names.items()]

    def pairs(texts: Sequence[str]) -> list[tuple[str, str]]:
        """Choices that are named by their values."""
        return [(one, one) for one in texts]

    given: dict[str, Any] = {"words": words, "form": ask.form, "query": ask.query, "key": new_key()}
    given |= {
        "typed": typed,
        "first_value": first_value,
        "named": named,
        "pairs": pairs,
        "errors": Errors(errors or {}),
    }
    return given | values


class NoMerchant(Exception):
    """The person acts for nobody yet: they are to open a shop first."""


class Desk:
    """A request by somebody who acts for a merchant; the page asks it instead of deciding."""

    def __init__(
        self, ask: Ask, merchants: Sequence[MyMerchant], mine: MyMerchant, stores: Sequence[Store]
    ) -> None:
        self.ask = ask
        self.merchants = merchants
        self.mine = mine
        self.stores = [
            one for one in stores if mine.store_ids is None or one.store_id in mine.store_ids
        ]
        chosen = ask.cookie(STORE_COOKIE)
        self.store = next((one for one in self.stores if str(int(one.store_id)) == chosen), None)

    # ---- for whom

    @property
    def merchant_id(self) -> MerchantId:
        """The merchant that was chosen."""
        return self.mine.merchant.merchant_id

    @property
    def currency(self) -> str:
        """The currency of the merchant."""
        return self.mine.merchant.currency

    @property
    def exponent(self) -> int:
        """How many decimals the currency has."""
        return currency(self.currency).exponent

    @property
    def symbol(self) -> str:
        """What stands before an amount."""
        locale = self.ask.language.locale
        return own_symbols.get(self.currency) or get_currency_symbol(self.currency, locale=locale)

    @property
    def store_id(self) -> StoreId:
        """The store that was chosen; zero for all of them."""
        return self.store.store_id if self.store else StoreId(NONE)

    @property
    def only_store(self) -> Store | None:
        """The store that was chosen, or else the first, for pages that are about one store."""
        return self.store or (self.stores[0] if self.stores else None)

    @property
    def zone(self) -> str:
        """The time zone of the store, or else of the merchant."""
        return (self.store and self.store.time_zone) or self.mine.merchant.time_zone

    @property
    def today(self) -> date:
        """The day on the clocks of the merchant."""
        return self.day_of(self.ask.house.now())

    def day_of(self, at: datetime) -> date:
        """The day of an instant on the clocks of the merchant."""
        return at.astimezone(read_zone(self.zone)).date()

    def store_name(self, store_id: int) -> str:
        """What a store is called; empty for one that is not ours to see."""
        return next((one.name for one in self.stores if one.store_id == store_id), "")

    def may(self, permission: str) -> bool:
        """Whether a button for it is to be shown; the operation decides again."""
        return permission in self.mine.permissions

    # ---- doing

    async def run(self, operation: Operation[Any, R], **values: object) -> R:
        """Run an operation of this merchant with what was typed; a form's key makes it act once.

        Raises Wrong with the mistakes of the form, and what the operation raises.
        """
        command = fill(operation.command_type, merchant_id=self.merchant_id, **values)
        return await self.ask.run(operation, command, key=self.ask.form.key)

    async def act(
        self, operation: Operation[Any, Any], back: str, said: str, **values: object
    ) -> Answer:
        """Run what a button without fields stands for, and go back with a notice of the outcome."""
        try:
            await self.run(operation, **values)
        except Failure as failure:
            told = self.mistakes(failure)
            return self.ask.go(back, " ".join(told.values()), kind="danger")
        return self.ask.go(back, said)

    def mistakes(self, failure: Failure, places: Mapping[str, str] | None = None) -> dict[str, str]:
        """What to write beside which field of the form.

        Raises the failure again when it is about who asks, or about us.
        """
        if isinstance(failure, Trouble) or failure.code.startswith(_serious):
            raise failure
        return self.ask.mistakes(failure, places, self.currency)

    def money(self, name: str) -> object:
        """The minor units typed into a field, for `run` to check."""
        return parse_money(self.ask.form.text(name), self.exponent)

    def write_money(self, amount: int | None) -> str:
        """An amount as it stands in a field."""
        return write_money(amount, self.exponent)

    def write_percent(self, basis_points: int) -> str:
        """A share as it stands in a field."""
        return write_percent(basis_points)

    def pager(self, names: Sequence[str], next_cursor: str | None) -> Pager:
        """The pages around this one."""
        return turn_pages(self.ask.path, self.ask.query, names, next_cursor)

    # ---- answering

    async def page(self, template: str, *, status: int = 200, **values: Any) -> Answer:  # noqa: ANN401 - of any kind
        """A page of the console; what HTMX asks for is only its block `results`."""
        given: dict[str, Any] = {"desk": self} | shared_values(self.ask, **values)
        name = f"console/{template}"
        if self.ask.is_htmx and self.ask.method == "GET":
            return self.ask.block(name, "results", await self.frame(), **given)
        return self.ask.page(name, await self.frame(), status=status, **given)

    async def part(self, template: str, block: str, **values: Any) -> Answer:  # noqa: ANN401 - of any kind
        """One block of a page."""
        given: dict[str, Any] = {"desk": self} | shared_values(self.ask, **values)
        return self.ask.block(f"console/{template}", block, await self.frame(), **given)

    async def frame(self) -> ConsoleFrame:
        """The console around a page of this desk."""
        profile = await self.ask.run(read_profile, ReadProfile())
        return ConsoleFrame(
            language=self.ask.language,
            path=self.ask.path,
            zone=self.zone,
            person_name=profile.nickname,
            flashes=self.ask.take_flashes(),
            menu=build_menu(self.mine.permissions, is_operator=self.ask.actor.is_operator),
            role=self.ask.words(words.ROLES[self.mine.role]),
            merchants=tuple(
                Choice(value=str(int(one.merchant.merchant_id)), label=one.merchant.name)
                for one in self.merchants
            ),
            merchant=str(int(self.merchant_id)),
            stores=tuple(
                Choice(value=str(int(one.store_id)), label=one.name) for one in self.stores
            ),
            store=str(int(self.store_id)) if self.store else "",
        )


DeskHandler = Callable[[Desk], Awaitable[Answer]]
"""What a page of the console is: from a desk to an answer."""


async def open_desk(ask: Ask, permission: Permission | None = None) -> Desk:
    """The desk of whoever asks.

    Raises Refusal `sessions.required`, NoMerchant, NotFound `merchants.not_found`,
    Refusal `access.forbidden` for a page that their role does not see.
    """
    if not ask.is_signed_in:
        raise Refusal("sessions.required")
    merchants = (await ask.run(list_my_merchants, ListMyMerchants())).items
    if not merchants:
        raise NoMerchant
    chosen = ask.cookie(MERCHANT_COOKIE)
    by_id = {str(int(one.merchant.merchant_id)): one for one in merchants}
    mine = by_id.get(chosen, merchants[0])
    if permission is not None and permission not in mine.permissions:
        raise Refusal("access.forbidden", permission=permission.value)
    listed = await ask.run(
        list_stores, ListStores(merchant_id=mine.merchant.merchant_id, limit=_stores_max)
    )
    if mine.merchant.merchant_id not in ask.actor.grants:
        await ask.renew_actor()
    if mine.merchant.merchant_id not in ask.actor.grants:
        raise NotFound("merchants.not_found")
    return Desk(ask, merchants, mine, listed.items)


def at_desk(permission: Permission | None = None) -> Callable[[DeskHandler], Handler]:
    """Make a page for people who act for a merchant out of a function of their desk.

    Whoever acts for none yet is led to open one.
    """

    def wrap(handle: DeskHandler) -> Handler:
        async def answer(ask: Ask) -> Answer:
            try:
                desk = await open_desk(ask, permission)
            except NoMerchant:
                return ask.go("/console/open")
            return await handle(desk)

        return answer

    return wrap


async def surround_problem(ask: Ask) -> tuple[str, ConsoleFrame]:
    """The console around an error: with its menu, for whoever has one."""
    try:
        frame = await (await open_desk(ask)).frame()
    except (NoMerchant, Failure):
        frame = ConsoleFrame(language=ask.language, path=ask.path)
    return "problem/console.html", frame


__all__ = ("Desk", "NoMerchant", "at_desk", "open_desk", "shared_values", "surround_problem")
