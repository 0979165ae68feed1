"""A real Chromium on a real port, in front of a world whose time and followers the test moves."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from granian.constants import Interfaces
from granian.server.embed import Server
from playwright.async_api import Browser, ConsoleMessage, Page, ViewportSize, async_playwright

from banyan.app.web import NO_PROVIDERS
from banyan.doors.sandbox import Faults
from banyan.pay.gateways import GatewayKind, Provider
from tests.kit.command import free_port
from tests.kit.sales import open_bank
from tests.kit.web import open_doors

if TYPE_CHECKING:
    from tests.kit.world import World

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 800}

_wait_ms = 15_000
_arguments = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@asynccontextmanager
async def serve_world(
    world: World,
    *,
    faults: Faults | None = None,
    providers: Mapping[GatewayKind, Provider] = NO_PROVIDERS,
) -> AsyncIterator[str]:
    """The doors of a world on a port of their own; gives their address.

    Nothing works in the back: `world.settle()` lets followers and timers do what is due.
    """
    await open_bank(world)
    port = free_port()
    server = Server(
        open_doors(world, faults=faults, providers=providers).app,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGINL,
        log_enabled=False,
    )
    url = f"http://127.0.0.1:{port}"
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve())
        try:
            async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=5)) as client:
                assert (await client.get(f"{url}/offline")).is_success
            yield url
        finally:
            server.stop()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def open_chromium() -> AsyncIterator[Browser]:
    """The system's Chromium; skips the test with a message where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium here: `tools/setup-browser` installs it")
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=path, args=list(_arguments))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def open_page(
    world: World,
    *,
    size: ViewportSize | None = None,
    language: str = "zh-CN",
    has_worker: bool = False,
) -> AsyncIterator[Page]:
    """A page at the world's first page, of a phone unless a size is given.

    With a worker the app may be used without a network, as far as it goes.

    Whatever the browser complains of, such as a script that fails or content that the page may not
    load, fails the test at the end.
    """
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A form that was refused is answered with 422, and the browser says so: that is no mistake.
        # Nor is a network that the test took away.
        known = ("status of 4", "ERR_INTERNET_DISCONNECTED")
        if message.type == "error" and not any(one in message.text for one in known):
            complaints.append(message.text)

    async with serve_world(world) as url, open_chromium() as browser:
        context = await browser.new_context(
            viewport=size or PHONE,
            base_url=url,
            locale=language,
            is_mobile=size is None,
            has_touch=size is None,
            service_workers="allow" if has_worker else "block",
        )
        context.set_default_timeout(_wait_ms)
        page = await context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto("/")
        yield page
        await context.close()
    assert not complaints, complaints
