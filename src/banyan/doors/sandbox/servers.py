"""Gives accounts a server, and lets people's doings reach it before the sandbox answers."""

from __future__ import annotations

import asyncio
import time

from banyan.base.errors import Refusal
from banyan.books.work import SYSTEM
from banyan.doors.sandbox.ports import Playground
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel
from banyan.reach.pushes import (
    PushMode,
    ReadServer,
    ServerState,
    SetServer,
    read_server,
    set_server,
)

_wait_s = 40.0
_rest_s = 0.02


async def connect_server(
    playground: Playground, channel: Channel, *, url: str, token: str, aes_key: str, mode: PushMode
) -> None:
    """Make this the account's server, once it has echoed what it was asked.

    Raises Refusal `pushes.not_echoed`; the server before serves on then.
    """
    merchant_id = MerchantId(channel.merchant_id)
    setting = SetServer(
        merchant_id=merchant_id,
        channel_id=channel.channel_id,
        url=url,
        token=token,
        aes_key=aes_key,
        mode=mode,
    )
    await playground.office.run(set_server, setting, SYSTEM)
    query = ReadServer(merchant_id=merchant_id, channel_id=channel.channel_id)
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
