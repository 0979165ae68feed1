"""Devices of an account, as its program handles them with an unmodified SDK."""

from __future__ import annotations

from typing import Any

from banyan.books.actor import Actor
from banyan.reach.devices import (
    AskTicket,
    BindMine,
    ListMyDevices,
    ReadMyDevice,
    SetProduct,
    SpeakFor,
    TicketPurpose,
    ask_ticket,
    bind_mine,
    list_my_devices,
    read_my_device,
    set_product,
    speak_for,
)
from tests.kit.talks import follower
from tests.kit.wechat import Account
from tests.kit.world import World

MAC = "1234567890AB"


def attributes(device_id: str, **changes: str) -> dict[str, str]:
    """A device as programs describe it."""
    facts = {
        "id": device_id,
        "mac": MAC,
        "connect_protocol": "3",
        "auth_key": "",
        "close_strategy": "1",
        "conn_strategy": "1",
        "crypt_method": "0",
        "auth_ver": "0",
        "manu_mac_pos": "-1",
        "ser_mac_pos": "-2",
    }
    return facts | changes


async def authorise(account: Account, device_id: str, op_type: int = 0, **changes: str) -> int:
    """What the account is answered about one device."""
    device = account.sdk.device
    told = await account.call(device.authorize, [attributes(device_id, **changes)], op_type)
    (one,) = told["resp"]
    assert one["base_info"] == {
        "device_type": account.channel.original_id,
        "device_id": device_id,
    }
    return int(one["errcode"])


async def my_devices(world: World, actor: Actor) -> list[str]:
    found = await world.office.run(list_my_devices, ListMyDevices(), actor)
    return [one.device_id for one in found.items]


async def ticket_for(
    world: World, account: Account, actor: Actor, device_id: str, purpose: TicketPurpose
) -> str:
    command = AskTicket(channel_id=account.channel.channel_id, device_id=device_id, purpose=purpose)
    return (await world.office.run(ask_ticket, command, actor)).ticket


async def test_a_device_is_named_authorised_bound_and_unbound(
    world: World, account: Account
) -> None:
    device = account.sdk.device
    assert await account.call(device.get_stat, "kettle-1") == {
        "errcode": 0,
        "errmsg": "ok",
        "status": 0,
        "status_info": "unauthorized",
    }
    named = await account.call(device.create_qrcode, ["kettle-1", "kettle-2"])
    assert named["device_num"] == 2
    (first, second) = named["code_list"]
    again = await account.call(device.create_qrcode, ["kettle-1"])
    assert again["code_list"] == [first]
    assert (await account.call(device.get_stat, "kettle-1"))["status"] == 0
    assert await authorise(account, "kettle-1", op_type=1) == 40035
    assert await authorise(account, "kettle-1") == 0
    assert await authorise(account, "kettle-1") == 40035
    assert await authorise(account, "kettle-1", op_type=1, mac="aabbccddeeff") == 0
    assert await authorise(account, "kettle-3", crypt_method="1") == 40035
    assert await authorise(account, "kettle-3", crypt_method="1", auth_key="0" * 32) == 0
    assert (await account.call(device.get_stat, "kettle-1"))["status"] == 1
    shown = await account.call(device.verify_qrcode, first["ticket"])
    assert (shown["device_id"], shown["mac"]) == ("kettle-1", "AABBCCDDEEFF")
    assert shown["device_type"] == account.channel.original_id
    url = await account.call(device.get_qrcode_url, first["ticket"])
    assert url.endswith(f"/d/{first['ticket']}")
    lin, openid = await follower(world, account.channel)
    for bind, unbind in (
        (device.compel_bind, device.compel_unbind),
        (device.force_bind, device.force_unbind),
    ):
        await account.call(bind, "kettle-1", openid)
        assert await my_devices(world, lin) == ["kettle-1"]
        assert (await account.call(device.get_stat, "kettle-1"))["status"] == 2
        await account.call(unbind, "kettle-1", openid)
        assert await my_devices(world, lin) == []
    assert await account.refused(device.compel_bind, "kettle-2", openid) == 48001
    assert await account.refused(device.compel_bind, "kettle-9", openid) == 40035
    assert await account.refused(device.compel_bind, "kettle-1", "o" * 28) == 40003
    assert await account.refused(device.verify_qrcode, second["ticket"][::-1]) == 40035


async def test_a_page_binds_by_the_ticket_of_a_person(world: World, account: Account) -> None:
    device = account.sdk.device
    await authorise(account, "lamp")
    lin, openid = await follower(world, account.channel)
    wei, other = await follower(world, account.channel, "wei")
    ticket = await ticket_for(world, account, lin, "lamp", TicketPurpose.BIND)
    assert await account.refused(device.bind, ticket, "lamp", other) == 40035
    assert await account.refused(device.unbind, ticket, "lamp", openid) == 40035
    assert (await account.call(device.bind, ticket, "lamp", openid))["errcode"] == 0
    assert await account.refused(device.bind, ticket, "lamp", openid) == 40035
    assert await my_devices(world, lin) == ["lamp"]
    await account.call(device.compel_bind, "lamp", other)
    kind = account.channel.original_id
    for whose in (device.get_user_id, device.get_open_id):
        assert (await account.call(whose, kind, "lamp"))["open_id"] == [openid, other]
    assert await account.refused(device.get_open_id, "gh_0", "lamp") == 40035
    for what in (device.get_binded_devices, device.get_bind_device):
        found = await account.call(what, openid)
        assert found["device_list"] == [{"device_type": kind, "device_id": "lamp"}]
        assert found["resp_msg"] == {"ret_code": 0, "error_info": "ok"}
    ticket = await ticket_for(world, account, lin, "lamp", TicketPurpose.UNBIND)
    await account.call(device.unbind, ticket, "lamp", openid)
    assert await my_devices(world, lin) == []
    assert await my_devices(world, wei) == ["lamp"]


async def test_a_device_is_allotted_out_of_its_product_s_quota(
    world: World, account: Account
) -> None:
    device = account.sdk.device
    await set_quota(world, account, product_id=2, quota_max=1)
    made = await account.call(device.get_qrcode, 2)
    assert made["errcode"] == 0
    assert len(made["devicelicence"]) == 32
    assert (await account.call(device.get_stat, made["deviceid"]))["status"] == 3
    assert await authorise(account, made["deviceid"], op_type=1) == 0
    assert (await account.call(device.get_stat, made["deviceid"]))["status"] == 1
    assert await account.refused(device.get_qrcode, 2) == 45009
    assert await account.refused(device.get_qrcode, 3) == 40035
    # Of the first product the SDK asks without a token.
    assert await account.refused(device.get_qrcode) == 41001
    lin = await world.person("lin")
    bound = await world.office.run(bind_mine, BindMine(ticket=made["qrticket"]), lin)
    assert bound.is_new
    assert (await account.call(device.get_stat, made["deviceid"]))["status"] == 2


async def set_quota(world: World, account: Account, *, product_id: int, quota_max: int) -> None:
    command = SetProduct(
        merchant_id=world.merchant_id,
        channel_id=account.channel.channel_id,
        number=product_id,
        quota_max=quota_max,
    )
    await world.office.run(set_product, command, world.owner)


async def test_a_device_is_told_and_its_owner_sees_whether_it_is_connected(
    world: World, account: Account
) -> None:
    device = account.sdk.device
    await authorise(account, "lamp")
    lin, openid = await follower(world, account.channel)
    kind = account.channel.original_id
    refused = await account.call(device.send_message, kind, "lamp", openid, "on")
    assert refused["ret"] == 40035
    await account.call(device.compel_bind, "lamp", openid)
    told = await account.call(device.send_message, kind, "lamp", openid, "开灯")
    assert told == {"ret": 0, "ret_info": "this is ok"}
    shown = await read_mine(world, account, lin)
    assert [one.content for one in shown.messages] == ["5byA54Gv"]
    assert not shown.binding.is_connected
    for status, is_connected in ((1, True), (0, False)):
        told = await account.call(device.send_status_message, kind, "lamp", openid, 2, status)
        assert told["ret"] == 0
        assert (await read_mine(world, account, lin)).binding.is_connected is is_connected
    for wrong in ((kind, "lamp", openid, 2, 7), ("gh_0", "lamp", openid, 2, 1)):
        assert (await account.call(device.send_status_message, *wrong))["ret"] == 40035
    speaking = SpeakFor(channel_id=account.channel.channel_id, device_id="lamp", content="b24=")
    heard = await world.office.run(speak_for, speaking, lin)
    assert [one.content for one in heard.items] == ["5byA54Gv"]
    assert (await world.office.run(speak_for, speaking, lin)).items == []


async def read_mine(world: World, account: Account, actor: Actor) -> Any:  # noqa: ANN401
    query = ReadMyDevice(channel_id=account.channel.channel_id, device_id="lamp")
    return await world.office.run(read_my_device, query, actor)


async def test_nonsense_is_refused(account: Account) -> None:
    device = account.sdk.device
    assert await authorise(account, "ok") == 0
    for wrong in (
        {"id": "no blanks"},
        {"mac": "12"},
        {"connect_protocol": "9"},
        {"auth_key": "short"},
        {"manu_mac_pos": "999"},
    ):
        fields = attributes("x") | wrong
        assert await account.refused(device.authorize, [fields]) == 40035
    token = account.sdk.access_token
    for path, body in (
        ("/device/authorize_device", {"device_num": 2, "device_list": []}),
        ("/device/authorize_device", {"device_num": 0, "device_list": []}),
        ("/device/create_qrcode", {"device_num": 1, "device_id_list": []}),
        ("/device/compel_bind", {"device_id": "ok", "openid": "x"}),
        ("/device/transmsg", []),
    ):
        answer = await account.post(path, body, access_token=token)  # type: ignore[arg-type]
        assert answer.get("errcode") == 40035, path
