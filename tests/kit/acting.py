"""An account that acts through another one, which stands for the one at the real WeChat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from banyan.books.actor import SYSTEM, Actor
from banyan.outside.callbacks import Deliverer, open_courier
from banyan.outside.storage import FolderFiles
from banyan.outside.wechat import Gateway, Runner
from banyan.reach.channels import Channel, CreateChannel, Follow, create_channel, follow
from banyan.reach.pushes import PushMode, SetServer, set_server
from banyan.reach.remotes import (
    ConnectRemote,
    Errand,
    ErrandState,
    ListErrands,
    ReadRemote,
    RemoteInFull,
    connect_remote,
    list_errands,
    read_remote,
)
from banyan.reach.talks import MyTalk, ReadMyTalk, read_my_talk
from tests.kit.wechat import Account
from tests.kit.world import World

_rounds_max = 40


@dataclass
class Acting:
    """The account here, the one there, and who carries what between them."""

    world: World
    there: Account
    here: Channel
    gateway: Gateway
    runner: Runner
    deliverer: Deliverer

    @property
    def own(self) -> dict[str, Any]:
        """The fields by which a command names the account here."""
        return {"merchant_id": self.world.merchant_id, "channel_id": self.here.channel_id}

    async def connect(self, secret: str = "") -> RemoteInFull:
        """Give the account here the credentials of the one there, and let both settle."""
        command = ConnectRemote(
            **self.own, appid=self.there.channel.appid, secret=secret or self.there.secret
        )
        await self.world.office.run(connect_remote, command, SYSTEM)
        await self.settle()
        return await self.read()

    async def listen(self, mode: PushMode = PushMode.SAFE) -> None:
        """Have the account there tell what happens to us, as its merchant would at WeChat."""
        found = await self.read()
        command = SetServer(
            merchant_id=self.world.merchant_id,
            channel_id=self.there.channel.channel_id,
            url=self.there.url + found.path,
            token=found.token,
            aes_key=found.aes_key,
            mode=mode,
        )
        await self.world.office.run(set_server, command, SYSTEM)
        await self.settle()

    async def settle(self) -> None:
        """Let followers, timers, errands and pushes do all that they can do now."""
        for _ in range(_rounds_max):
            await self.world.settle()
            done = await self.runner.run_waiting() + await self.deliverer.deliver_waiting()
            if not done:
                return
        raise AssertionError("they go round in a circle")

    async def settle_waiting(self) -> None:
        """Let everything be asked, further tries included."""
        async with asyncio.timeout(60):
            await self.settle()
            while await self.errands(ErrandState.WAITING):
                await asyncio.sleep(0.05)
                await self.settle()

    async def read(self) -> RemoteInFull:
        """How the account here stands to the one there."""
        return await self.world.office.run(read_remote, ReadRemote(**self.own), SYSTEM)

    async def errands(self, state: ErrandState | None = None) -> list[Errand]:
        """What was asked of WeChat, the oldest first."""
        query = ListErrands(**self.own, state=state, limit=100)
        return (await self.world.office.run(list_errands, query, SYSTEM)).items[::-1]

    async def come(self, name: str) -> Actor:
        """Somebody follows the account there, and the one here hears of it."""
        actor = await self.world.person(name)
        command = Follow(channel_id=self.there.channel.channel_id)
        await self.world.office.run(follow, command, actor)
        await self.settle()
        return actor

    async def heard(self, actor: Actor) -> list[str]:
        """What the account there said to somebody, the oldest first."""
        query = ReadMyTalk(channel_id=self.there.channel.channel_id, limit=50)
        talk: MyTalk = await self.world.office.run(read_my_talk, query, actor)
        said = [one.message for one in talk.items[::-1] if one.message is not None]
        return [one.content.text for one in said if one.origin.value == "service"]


@asynccontextmanager
async def open_acting(world: World, there: Account, folder: Path) -> AsyncIterator[Acting]:
    """An account of the same merchant that may act through the one there; not yet connected."""
    made = await world.office.run(
        create_channel, CreateChannel(merchant_id=world.merchant_id, name="榕树茶馆甲店"), SYSTEM
    )
    gateway = Gateway(there.url, there.url, world.office.clock.now)
    runner = Runner(world.office, gateway, FolderFiles(folder / "files"))
    async with open_courier(wait_s=5.0, may_call_private=True) as courier:
        deliverer = Deliverer(world.office, courier)
        yield Acting(world, there, made.channel, gateway, runner, deliverer)
