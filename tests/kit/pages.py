"""A browser without scripts: keeps cookies, follows redirects, sends forms, tells what it sees."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html import unescape
from typing import TYPE_CHECKING

import httpx

from tests.kit.web import open_client

if TYPE_CHECKING:
    from tests.kit.world import World

_key = re.compile(r'name="idempotency_key" value="([^"]+)"')
_tag = re.compile(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", re.DOTALL)
_redirects_max = 5


class Browser:
    """Somebody at a screen; `page` is what they see."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page = httpx.Response(0)

    @property
    def path(self) -> str:
        """Where they are."""
        return self.page.url.raw_path.decode()

    @property
    def words(self) -> str:
        """What the page says, without its tags."""
        return " ".join(unescape(_tag.sub(" ", self.page.text)).split())

    @property
    def key(self) -> str:
        """The idempotency key of the first form on the page."""
        found = _key.search(self.page.text)
        assert found, f"{self.path} has no form that acts"
        return found[1]

    async def open(
        self, path: str, *, status: int = 200, headers: dict[str, str] | None = None
    ) -> Browser:
        """Go to an address, follow where it leads, and insist on how that ends."""
        self.page = await self.client.get(path, headers=headers)
        return await self._follow(status)

    async def send(
        self,
        path: str,
        form: Mapping[str, object] | None = None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **more: object,
    ) -> Browser:
        """Send a form as a page of ours does, follow where it leads, insist on how that ends."""
        sent = {"sec-fetch-site": "same-origin"} if headers is None else dict(headers)
        fields = {**(form or {}), **more}
        data = {name: _texts(value) for name, value in fields.items()}
        self.page = await self.client.post(path, data=data, headers=sent)
        return await self._follow(status)

    async def _follow(self, status: int) -> Browser:
        for _ in range(_redirects_max):
            if not self.page.has_redirect_location:
                break
            assert self.page.next_request is not None
            self.page = await self.client.send(self.page.next_request)
        assert self.page.status_code == status, (self.path, self.page.status_code, self.words[:500])
        return self


def _texts(value: object) -> list[str] | str:
    return [str(one) for one in value] if isinstance(value, list) else str(value)


@asynccontextmanager
async def open_browser(
    world: World, name: str = "", *, language: str = "zh"
) -> AsyncIterator[Browser]:
    """A browser, signed in as a person of the world if one is named."""
    async with open_client(world) as client:
        client.headers["accept"] = "text/html"
        client.headers["accept-language"] = language
        if name:
            await world.person(name)
            client.cookies.set("banyan_session", world.tokens[name])
        yield Browser(client)
