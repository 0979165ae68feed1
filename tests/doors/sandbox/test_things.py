"""The sandbox's people have devices, which speak with the server of their account."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from wechatpy.replies import DeviceStatusReply, DeviceTextReply

from banyan.books.actor import SYSTEM
from banyan.doors.sandbox import Faults
from banyan.outside.callbacks import open_courier
from banyan.reach.channels import Channel, access_by_appid
from banyan.reach.devices import (
    AllotDevice,
    Attributes,
    AuthoriseDevices,
    Device,
    NewDevice,
    allot_device,
    authorise_devices,
)
from tests.kit.receiver import AES_KEY, TOKEN, Receiver, serve_receiver
from tests.kit.web import open_client
from tests.kit.world import World


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        open_courier(wait_s=5.0, may_call_private=True) as courier,
        open_client(world, faults=Faults(), courier=courier) as client,
    ):
        yield client
    await world.settle()


async def post(client: httpx.AsyncClient, path: str, **body: object) -> dict[str, Any]:
    answer = await client.post(f"/sandbox{path}", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def open_service(
    client: httpx.AsyncClient, world: World, receiver: Receiver
) -> tuple[Channel, str]:
    """An account with its server, and the path of somebody."""
    made = await post(
        client,
        "/channels",
        kind="service",
        name="榕树茶馆",
        callback_url=receiver.url,
        token=TOKEN,
        aes_key=AES_KEY,
    )
    person = await post(client, "/people", nickname="lin")
    async with world.office.begin() as work:
        channel = await access_by_appid(work.db, made["appid"])
    return channel, f"/people/{person['person']}"


async def make_device(world: World, channel: Channel) -> Device:
    own = {"merchant_id": channel.merchant_id, "channel_id": channel.channel_id}
    allotting = AllotDevice(**own)  # type: ignore[arg-type]
    made = await world.office.run(allot_device, allotting, SYSTEM)
    attributes = Attributes(mac="1234567890AB", connect_protocol="3")
    device = NewDevice(device_id=made.device.device_id, attributes=attributes)
    command = AuthoriseDevices(**own, is_update=True, devices=[device])  # type: ignore[arg-type]
    await world.office.run(authorise_devices, command, SYSTEM)
    return made.device


async def answer(message: Any) -> Any:  # noqa: ANN401 - the SDK's messages and replies have no types
    own = {"message": message, "device_type": message.device_type, "device_id": message.device_id}
    if message.event == "device_text":
        return DeviceTextReply(session_id=message.session_id, content=message.content, **own)
    if message.event == "device_subscribe_status":
        return DeviceStatusReply(status=1, **own)
    return "success"


async def test_a_device_is_scanned_speaks_and_is_given_up(
    client: httpx.AsyncClient, world: World
) -> None:
    receiver = Receiver(answer=answer)
    async with serve_receiver(receiver):
        channel, lin = await open_service(client, world, receiver)
        receiver.answer = None
        device = await make_device(world, channel)
        led = await post(client, f"{lin}/scan", content=f"https://x/d/{device.ticket}")
        assert (led["kind"], led["device_id"]) == ("device", device.device_id)
        assert led["is_new_device"]
        receiver.answer = answer
        own = {"appid": channel.appid, "device_id": device.device_id}
        said = base64.b64encode("水开了".encode()).decode()
        heard = await post(client, f"{lin}/device-say", **own, content_base64=said)
        (content,) = heard["contents"]
        assert base64.b64decode(base64.b64decode(content)).decode() == "水开了"
        shown = await post(client, f"{lin}/device-watch", **own)
        assert shown == {"is_watching": True, "is_connected": True}
        given = await post(client, f"{lin}/device-ticket", **own, purpose="unbind")
        assert len(given["ticket"]) == 32
        await post(client, f"{lin}/device-unbind", **own)
        refused = await client.post(
            f"/sandbox{lin}/device-say", json={**own, "content_base64": said}
        )
        assert refused.status_code == 404
        assert [one.event for one in receiver.messages if one.event.startswith("device")] == [
            "device_bind",
            "device_text",
            "device_subscribe_status",
            "device_unbind",
        ]
