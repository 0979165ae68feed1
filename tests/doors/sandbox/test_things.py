"""The sandbox's people have devices, which speak with the server of their account."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from wechatpy.replies import DeviceStatusReply, DeviceTextReply

from banyan.books.actor import SYSTEM
from banyan.books.work import Operation
from banyan.commerce.hotspots import add_router, read_shop
from banyan.commerce.stores import OpenStore, open_store
from banyan.doors.sandbox import Faults
from banyan.outside.callbacks import open_courier
from banyan.parties.merchants import MerchantId
from banyan.reach.beacons import (
    Registration,
    add_page,
    apply_beacons,
    list_beacons,
    register_beacons,
    show_pages,
)
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


async def test_a_person_shakes_near_a_beacon_and_joins_the_wifi(
    client: httpx.AsyncClient, world: World
) -> None:
    receiver = Receiver()
    async with serve_receiver(receiver):
        channel, lin = await open_service(client, world, receiver)
        own = {"merchant_id": channel.merchant_id, "channel_id": channel.channel_id}

        async def run(operation: Operation[Any, Any], **facts: object) -> Any:  # noqa: ANN401
            return await world.office.run(operation, operation.command_type(**own, **facts), SYSTEM)

        who = Registration(name="梅姐", phone_number="13800000004", email="m@example.com")
        await run(register_beacons, registration=who)
        made = await run(apply_beacons, quantity=501, reason="商场")
        path = f"/channels/{channel.appid}/beacon-applications/{made.apply_id}"
        assert await post(client, path) == {}
        again = await client.post(f"/sandbox{path}", json={})
        assert again.status_code == 409
        (beacon, *_) = (await run(list_beacons, apply_id=made.apply_id)).items
        page = await run(
            add_page,
            title="春茶",
            description="到店",
            icon_url="http://example.com/i.png",
            page_url="http://example.com/t",
        )
        await run(show_pages, device_id=beacon.device_id, page_ids=[page.page_id])
        near = {"uuid": beacon.uuid, "major": beacon.major, "minor": beacon.minor, "distance": 1.5}
        shown = await post(client, f"{lin}/shake", beacons=[near])
        assert shown["title"] == "春茶"
        assert shown["url"] == f"http://example.com/t?ticket={shown['ticket']}"
        opening = OpenStore(
            merchant_id=MerchantId(channel.merchant_id),
            name="榕树茶馆",
            address="x",
            time_zone="UTC",
        )
        store = await world.office.run(open_store, opening, SYSTEM)
        router = {"ssid": "WX-Tea", "password": "longjing88", "bssid": "00:1f:7a:ad:5c:a8"}
        await run(add_router, store_id=store.store_id, **router)
        shop = await run(read_shop, store_id=store.store_id)
        led = await post(client, f"{lin}/scan", content=f"https://x/w/{shop.networks[0].token}")
        assert (led["kind"], led["ssid"], led["password"]) == ("wifi", "WX-Tea", "longjing88")
        told = [one.event for one in receiver.messages]
        assert told == ["shakearound_user_shake", "wificconnected"]
