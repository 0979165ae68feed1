"""An official account that writes and publishes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from banyan.books.actor import SYSTEM
from banyan.outside.storage import FolderFiles
from banyan.parties.merchants import MerchantId
from banyan.reach.articles import AddPack, Article, PackState, SubmitPack, add_pack, submit_pack
from banyan.reach.channels import Channel, ChannelKind, CreateChannel, create_channel
from banyan.reach.media import PORTS, AddMedia, MediaKind, add_media
from tests.kit.world import World


def _draw() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (32, 32), (20, 110, 70)).save(file, "JPEG")
    return file.getvalue()


JPEG = _draw()
"""A small picture that says nothing."""


def open_files(world: World, folder: Path) -> None:
    """Let the world's machine have a folder for files."""
    settings = msgspec.structs.replace(world.building.settings, data=folder)
    world.building = replace(world.building, settings=settings)
    PORTS.connect(files=FolderFiles(settings.files))


async def open_writer(world: World, folder: Path, *, name: str = "榕树茶馆") -> Channel:
    """An account of the world's merchant, on a machine with a folder for files."""
    open_files(world, folder)
    if not world.merchant_id:
        await world.merchant()
    command = CreateChannel(merchant_id=world.merchant_id, kind=ChannelKind.SERVICE, name=name)
    return (await world.office.run(create_channel, command, SYSTEM)).channel


def own(channel: Channel) -> dict[str, Any]:
    """The fields by which a command names an account."""
    return {"merchant_id": MerchantId(channel.merchant_id), "channel_id": channel.channel_id}


async def add_cover(world: World, channel: Channel) -> str:
    """A small picture that the account keeps."""
    command = AddMedia(**own(channel), kind=MediaKind.THUMB, content=JPEG, is_kept=True)
    return (await world.office.run(add_media, command, SYSTEM)).media_id


async def draft(
    world: World, channel: Channel, titles: Sequence[str] = ("春茶上新",), **fields: object
) -> str:
    """A draft with an article of each title."""
    cover = await add_cover(world, channel)
    given: dict[str, Any] = {"content": "<p>明前龙井到店了</p>", **fields}
    articles = [Article(title=one, thumb_media_id=cover, **given) for one in titles]
    command = AddPack(**own(channel), state=PackState.DRAFT, articles=articles)
    return (await world.office.run(add_pack, command, SYSTEM)).media_id


async def publish(
    world: World, channel: Channel, titles: Sequence[str] = ("春茶上新",), **fields: object
) -> dict[str, Any]:
    """Publish an article of each title; the fields by which a command names the first."""
    media_id = await draft(world, channel, titles, **fields)
    command = SubmitPack(**own(channel), media_id=media_id)
    made = await world.office.run(submit_pack, command, SYSTEM)
    await world.settle()
    return {"channel_id": channel.channel_id, "article_id": made.article_id, "place": 1}
