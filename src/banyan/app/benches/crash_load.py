"""A client that remembers what it was told: every answered effect, and what came of the rest."""

from __future__ import annotations

import asyncio
import random
from typing import Any, NamedTuple

import msgspec

from banyan.app.benches.http_load import render_request
from banyan.app.benches.sales import Buyer, Market

_ANSWER_WAIT_S = 20.0
_AGAIN_S = 0.1
_BAD_GATEWAY = 500
_OK_MAX = 300


class Kept(msgspec.Struct):
    """What one buyer was told has happened, by the ids in the answers."""

    top_ups: dict[int, int] = {}
    """To the amount."""
    orders: dict[int, tuple[str, int, int]] = {}
    """To state, total and what was given back."""
    coupons: set[int] = set()


class Said(NamedTuple):
    """An answer."""

    status: int
    body: Any

    @property
    def is_yes(self) -> bool:
        """Whether what was asked is done."""
        return self.status < _OK_MAX


class Clerk(NamedTuple):
    """Whom buyers need beside themselves."""

    owner_token: str
    """Gives money back."""
    campaign_id: int
    """Of which coupons are taken."""


class Client:
    """Buyers who top up, order, pay, cancel, take coupons and bring things back, for ever.

    Each call bears a key of its own. What has no answer, or none but "later", is asked again with
    the same key until there is one: so at the end everything is known.
    """

    def __init__(self, host: str, port: int, market: Market, clerk: Clerk, seed: int) -> None:
        self._address = (host, port)
        self._market = market
        self._clerk = clerk
        self._chance = random.Random(seed)  # noqa: S311 - the same load in every run
        self._going = asyncio.Event()
        self._all_rest = asyncio.Event()
        self._resting = 0
        self._key = 0
        self.kept = {int(buyer.person_id): Kept() for buyer in market.buyers}
        self.answered = 0
        """Calls with a definite answer."""
        self.asked_again = 0
        """Calls of which it was not known whether they had taken effect."""
        self.refused = 0

    def go_on(self) -> None:
        """Let buyers act."""
        self._going.set()

    async def rest(self) -> None:
        """Let each buyer finish what they are at; return when all have their answers."""
        self._all_rest.clear()
        self._going.clear()
        await self._all_rest.wait()

    async def live(self, buyer: Buyer) -> None:
        """Act as one buyer until cancelled."""
        acts = (self._top_up, self._buy, self._buy, self._buy, self._claim, self._return)
        while True:
            if not self._going.is_set():
                await self._rest()
            await self._chance.choice(acts)(buyer)

    async def _rest(self) -> None:
        self._resting += 1
        if self._resting == len(self._market.buyers):
            self._all_rest.set()
        await self._going.wait()
        self._resting -= 1

    async def _top_up(self, buyer: Buyer) -> None:
        amount = self._chance.randint(1, 500)
        said = await self._ask("/v1/wallet/top-ups", buyer.token, {"amount_fen": amount})
        if said.is_yes:
            self.kept[buyer.person_id].top_ups[int(said.body["top_up_id"])] = amount

    async def _buy(self, buyer: Buyer) -> None:
        line = {
            "sku_id": str(int(self._chance.choice(self._market.sku_ids))),
            "quantity": self._chance.randint(1, 3),
        }
        said = await self._ask("/v1/orders", buyer.token, {**self._place(), "lines": [line]})
        if not said.is_yes:
            return
        order_id, total = int(said.body["order_id"]), said.body["total_fen"]
        orders = self.kept[buyer.person_id].orders
        orders[order_id] = ("unpaid", total, 0)
        verb = self._chance.choice(("pay", "pay", "pay", "cancel", ""))
        if not verb:
            return
        said = await self._ask(f"/v1/orders/{order_id}/{verb}", buyer.token, self._shop())
        if said.is_yes:
            orders[order_id] = ("paid" if verb == "pay" else "cancelled", total, 0)

    async def _return(self, buyer: Buyer) -> None:
        """Bring one unit of a paid order back, or all of it."""
        orders = self.kept[buyer.person_id].orders
        paid = [key for key, (state, _, _) in orders.items() if state in {"paid", "part_refunded"}]
        if not paid:
            return
        order_id = self._chance.choice(paid)
        lines = [{"line_no": 1, "quantity": 1}] if self._chance.random() < 0.5 else []  # noqa: PLR2004
        path = f"/v1/merchants/{int(self._market.merchant_id)}/orders/{order_id}/refunds"
        said = await self._ask(path, self._clerk.owner_token, {"lines": lines})
        if said.is_yes:
            _, total, _ = orders[order_id]
            orders[order_id] = (said.body["state"], total, said.body["refunded_fen"])

    async def _claim(self, buyer: Buyer) -> None:
        body = {**self._shop(), "campaign_id": str(self._clerk.campaign_id)}
        said = await self._ask("/v1/coupons", buyer.token, body)
        if said.is_yes:
            self.kept[buyer.person_id].coupons.add(int(said.body["coupon_id"]))

    def _shop(self) -> dict[str, Any]:
        return {"merchant_id": str(int(self._market.merchant_id))}

    def _place(self) -> dict[str, Any]:
        return {**self._shop(), "store_id": str(int(self._market.store_id))}

    async def _ask(self, path: str, token: str, body: dict[str, Any]) -> Said:
        """Ask until there is an answer that means something."""
        self._key += 1
        request = render_request(
            "POST", path, token=token, body=msgspec.json.encode(body), key=f"crash-{self._key}"
        )
        is_again = False
        while True:
            said = await self._send(request)
            if said is not None and said.status < _BAD_GATEWAY:
                self.answered += 1
                self.refused += not said.is_yes
                return said
            self.asked_again += not is_again
            is_again = True
            await asyncio.sleep(_AGAIN_S)

    async def _send(self, request: bytes) -> Said | None:
        """The answer, or None if the connection was lost before it was whole."""
        try:
            async with asyncio.timeout(_ANSWER_WAIT_S):
                reader, writer = await asyncio.open_connection(*self._address)
                try:
                    writer.write(request)
                    return await _read(reader)
                finally:
                    writer.close()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
            return None


async def _read(reader: asyncio.StreamReader) -> Said:
    """One answer; raises IncompleteReadError or ValueError if it is cut off."""
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body = await reader.readexactly(length)
    return Said(status, msgspec.json.decode(body) if body else None)
