"""The circle of paying, over HTTP at a server that may be killed: nobody forgets an answer.

A merchant's program orders and gives back with the unmodified SDK, a person pays, both have money
sent to their banks. What has no answer is asked again under the same number until there is one, so
that at the end everybody knows what they have.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import requests
from wechatpayv3 import WeChatPayType

if TYPE_CHECKING:
    from tests.kit.wechatpay import Market

_again_s = 0.1
_gone = (httpx.TransportError, requests.RequestException)
_SERVER_ERROR = 500
_known = frozenset({"charges.already_paid"})


@dataclass
class Books:
    """What somebody was told has happened."""

    paid: dict[str, int] = field(default_factory=dict)
    """By the merchant's number, what an order came to."""
    back: dict[str, int] = field(default_factory=dict)
    """By the refund's number, what went back."""
    sent: dict[str, int] = field(default_factory=dict)
    """By the payout's number, what left the purse for the bank, or is about to."""
    drawn_fen: int = 0
    """What left the wallet for the bank, or is about to."""
    asked_again: int = 0


class Circle:
    """One merchant and one person who deal with each other."""

    def __init__(self, market: Market, payer: str, name: str, chance: random.Random) -> None:
        world = market.world
        self._name = name
        self._shop = market.shop
        self._notify_url = market.server.url
        self._chance = chance
        self._payer = world.as_person(payer).person_id
        self._payer_token = world.tokens[payer]
        self._owner_token = world.tokens["mei"]
        self._count = 0
        self.books = Books()

    async def live(self, count: int) -> None:
        """Do so many things, one after the other."""
        async with httpx.AsyncClient(base_url=self._shop.url, timeout=20) as client:
            for _ in range(count):
                await self._chance.choice((self._sell, self._sell, self._return, self._send))(
                    client
                )

    async def _sell(self, client: httpx.AsyncClient) -> None:
        number, fen = self._number("order"), self._chance.randint(100, 2_000)
        await self._call(
            self._shop.sdk.pay,
            description="tea",
            out_trade_no=number,
            amount={"total": fen},
            pay_type=WeChatPayType.NATIVE,
        )
        body = {"mchid": self._shop.mchid, "out_trade_no": number}
        await self._ask(client, f"/sandbox/people/{self._payer}/pay", "", body)
        self.books.paid[number] = fen

    async def _return(self, _client: httpx.AsyncClient) -> None:
        if not self.books.paid:
            return
        order = self._chance.choice(list(self.books.paid))
        given = sum(fen for name, fen in self.books.back.items() if name.startswith(f"{order}-"))
        fen = self._chance.randint(1, 60)
        if given + fen > self.books.paid[order]:
            return
        number = f"{order}-{self._number('back')}"
        amount = {"refund": fen, "total": self.books.paid[order], "currency": "CNY"}
        await self._call(
            self._shop.sdk.refund,
            out_refund_no=number,
            out_trade_no=order,
            amount=amount,
            notify_url=self._notify_url,
        )
        self.books.back[number] = fen

    async def _send(self, client: httpx.AsyncClient) -> None:
        """Both have something sent to their banks."""
        number, fen = self._number("payout"), self._chance.randint(1, 50)
        path = f"/v1/merchants/{int(self._shop.merchant_id)}/payouts"
        body = {"amount_fen": fen, "out_no": number}
        await self._ask(client, path, self._owner_token, body, key=number)
        self.books.sent[number] = fen
        fen = self._chance.randint(1, 50)
        await self._ask(
            client, "/v1/wallet/payouts", self._payer_token, {"amount_fen": fen}, key=number
        )
        self.books.drawn_fen += fen

    def _number(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._name}{self._count:05d}"

    async def _call(self, method: Any, **options: Any) -> None:  # noqa: ANN401 - one of the SDK's
        """Call by the SDK, until there is an answer."""
        while True:
            try:
                status, answer = await asyncio.to_thread(method, **options)
            except _gone:
                status, answer = _SERVER_ERROR, ""
            if status < _SERVER_ERROR:
                assert status in {200, 204}, (status, answer)
                return
            self.books.asked_again += 1
            await asyncio.sleep(_again_s)

    async def _ask(
        self,
        client: httpx.AsyncClient,
        path: str,
        token: str,
        body: Mapping[str, object],
        *,
        key: str = "",
    ) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        headers |= {"idempotency-key": key} if key else {}
        while True:
            try:
                answer = await client.post(path, json=dict(body), headers=headers)
            except _gone:
                answer = httpx.Response(_SERVER_ERROR)
            if answer.status_code < _SERVER_ERROR:
                assert answer.is_success or answer.json()["code"] in _known, answer.text
                return
            self.books.asked_again += 1
            await asyncio.sleep(_again_s)
