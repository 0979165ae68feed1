"""The doors of a world: a client that speaks to them as a browser or a program would."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx

from banyan.app.back import Back
from banyan.app.figures import Figures
from banyan.app.playground import BuildingPlayground
from banyan.app.web import NO_PROVIDERS, Guides, Web, build_web
from banyan.doors.sandbox import Faults
from banyan.pay.gateways import GatewayKind, Provider
from banyan.pay.wallets import TEST_BANK, SetBank, set_bank
from banyan.reach.pushes import Courier
from tests.kit.world import SYSTEM, World

ADDRESS = "http://banyan.test"


def open_doors(
    world: World,
    *,
    faults: Faults | None = None,
    courier: Courier | None = None,
    providers: Mapping[GatewayKind, Provider] = NO_PROVIDERS,
) -> Web:
    """The doors over a world; the sandbox is among them when faults are given.

    With a courier the sandbox lets accounts' servers be told; nothing else does.
    """
    back = Back(world.building, lambda: None, courier)
    playground = BuildingPlayground(world.building, back, faults) if faults is not None else None
    return build_web(
        world.building,
        Figures(world.building, back),
        None,
        playground,
        Guides(find_code=world.sender.find_code),
        providers,
    )


@asynccontextmanager
async def open_client(
    world: World,
    *,
    token: str = "",
    faults: Faults | None = None,
    address: str = "127.0.0.1",
    courier: Courier | None = None,
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the doors over a world, signed in with a token, calling from an address."""
    await world.office.run(set_bank, SetBank(bank_id=TEST_BANK, is_enabled=True), SYSTEM)
    headers = {"authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(
        open_doors(world, faults=faults, courier=courier).app,
        raise_app_exceptions=False,
        client=(address, 123),
    )
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers) as client:
        yield client
