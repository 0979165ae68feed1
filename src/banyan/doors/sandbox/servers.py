"""Gives accounts a server, and lets people's doings reach it before the sandbox answers."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from urllib.parse import urljoin, urlsplit

from banyan.base.errors import Refusal
from banyan.books.work import SYSTEM
from banyan.doors.sandbox.ports import Playground
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChangeChannel, Channel, ChannelKind, change_channel
from banyan.reach.platforms import SetPlatform, set_platform
from banyan.reach.pushes import (
    APPID,
    ReadServer,
    ServerState,
    SetServer,
    read_server,
    set_server,
)

_wait_s = 40.0
_rest_s = 0.02


async def connect_server(playground: Playground, channel: Channel, setting: SetServer) -> None:
    """Make this the account's server, once it has echoed what it was asked.

    A platform's server is not asked, but sent a ticket; as its program may learn its appid only
    from our answer, nobody waits for that. Raises Refusal `pushes.not_echoed`; the server before
    serves on then.
    """
    await playground.office.run(set_server, setting, SYSTEM)
    if channel.kind is ChannelKind.COMPONENT:
        await _connect_platform(playground, channel, setting.url)
        return
    query = ReadServer(merchant_id=setting.merchant_id, channel_id=setting.channel_id)
    deadline = time.monotonic() + _wait_s
    while time.monotonic() < deadline:
        await playground.check_servers()
        state: ServerState = await playground.office.run(read_server, query, SYSTEM)
        if state.outcome is not None:
            raise Refusal("pushes.not_echoed", outcome=state.outcome.value)
        if state.candidate is None:
            return
        # The back of this process has it in hand.
        await asyncio.sleep(_rest_s)
    raise Refusal("pushes.not_echoed", outcome="waiting")


async def _connect_platform(playground: Playground, platform: Channel, url: str) -> None:
    own: dict[str, Any] = {
        "merchant_id": MerchantId(platform.merchant_id),
        "channel_id": platform.channel_id,
    }
    message_url = urljoin(url, f"/{APPID}/callback")
    office = playground.office
    await office.run(set_platform, SetPlatform(**own, message_url=message_url), SYSTEM)
    if not platform.oauth_domain:
        domain = urlsplit(url).netloc
        await office.run(change_channel, ChangeChannel(**own, oauth_domain=domain), SYSTEM)
