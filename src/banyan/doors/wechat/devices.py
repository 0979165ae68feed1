"""Devices: allotted, authorised, bound, told something, and whether they are connected."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated, TypeVar

import msgspec

from banyan.base.errors import Failure, NotFound, Refusal
from banyan.doors.wechat.endpoint import Wire, endpoint
from banyan.doors.wechat.errors import WireError, error_of
from banyan.reach.devices import (
    FIRST_PRODUCT,
    AllotDevice,
    AuthoriseDevices,
    BindDevice,
    Bound,
    DeviceState,
    FindCode,
    ListDevicesOf,
    NameDevices,
    ReadDevice,
    TellConnected,
    TellDevice,
    UnbindDevice,
    allot_device,
    authorise_devices,
    bind_device,
    find_code,
    list_devices_of,
    name_devices,
    read_device,
    tell_connected,
    tell_device,
    unbind_device,
)

_states = {
    DeviceState.UNAUTHORISED: (0, "unauthorized"),
    DeviceState.FREE: (1, "authorized"),
    DeviceState.BOUND: (2, "bound"),
    DeviceState.UNSET: (3, "attributes unset"),
}
_status = 2
"""The type of a message that says whether a device is connected."""

C = TypeVar("C", BindDevice, UnbindDevice)
Number = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]


class ProductQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The query of `/device/getqrcode`."""

    product_id: Number = FIRST_PRODUCT


class NamesBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/device/create_qrcode`."""

    device_num: Number = 0
    device_id_list: list[str] = []


class DeviceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A device and how phones reach it."""

    id: str = ""
    mac: str = ""
    connect_protocol: str | int = ""
    auth_key: str = ""
    close_strategy: Number = 1
    conn_strategy: Number = 1
    crypt_method: Number = 0
    auth_ver: Number = 0
    manu_mac_pos: Number = -1
    ser_mac_pos: Number = -1
    ble_simple_protocol: Number = 0


class AuthoriseBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/device/authorize_device`."""

    device_num: Number = 0
    device_list: list[DeviceFacts] = []
    op_type: Number = 0
    product_id: Number = FIRST_PRODUCT


class BindBody(msgspec.Struct, frozen=True, kw_only=True):
    """A call that binds or unbinds."""

    ticket: str | None = None
    device_id: str = ""
    openid: str = ""


class DeviceQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A device."""

    device_id: str = ""
    device_type: str | None = None


class OwnerQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody."""

    openid: str = ""


class TicketBody(msgspec.Struct, frozen=True, kw_only=True):
    """A device's code."""

    ticket: str = ""


class MessageBody(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `/device/transmsg`."""

    device_type: str = ""
    device_id: str = ""
    open_id: str = ""
    msg_type: Number = 1
    device_status: Number = 0
    content: str = ""


@endpoint("GET", "/device/getqrcode")
async def getqrcode(wire: Wire, query: ProductQuery) -> dict[str, object]:
    """One more device of a product, with its code."""
    made = await wire.run(allot_device, wire.command(AllotDevice, number=query.product_id))
    return {
        "base_resp": {"errcode": 0, "errmsg": "ok"},
        "deviceid": made.device.device_id,
        "qrticket": made.device.ticket,
        "devicelicence": made.licence,
    }


@endpoint("POST", "/device/create_qrcode")
async def create_qrcode(wire: Wire, body: NamesBody) -> dict[str, object]:
    """The codes of devices that the account names itself."""
    _check_count(body.device_num, len(body.device_id_list))
    named = await wire.run(name_devices, wire.command(NameDevices, device_ids=body.device_id_list))
    codes = [{"device_id": one.device_id, "ticket": one.ticket} for one in named.items]
    return {"device_num": len(codes), "code_list": codes}


@endpoint("POST", "/device/authorize_device", is_said_ok=False)
async def authorize_device(wire: Wire, body: AuthoriseBody) -> dict[str, object]:
    """Authorise devices, or say anew how phones reach them; each has an answer of its own."""
    _check_count(body.device_num, len(body.device_list))
    if body.op_type not in {0, 1}:
        raise WireError(40035, "invalid parameter: op_type")
    command = wire.command(
        AuthoriseDevices,
        number=body.product_id,
        is_update=bool(body.op_type),
        devices=[_facts(one) for one in body.device_list],
    )
    done = await wire.run(authorise_devices, command)
    answers = []
    for one in done.items:
        error = error_of(Refusal(one.code)) if one.code else WireError(0, "ok")
        base = {"device_type": wire.channel.original_id, "device_id": one.device_id}
        answers.append({"base_info": base, "errcode": error.errcode, "errmsg": error.errmsg})
    return {"resp": answers}


@endpoint("POST", "/device/bind", is_said_ok=False)
async def bind(wire: Wire, body: BindBody) -> dict[str, object]:
    """Bind a device by a ticket of the person's."""
    command = _binding(wire, BindDevice, body, body.ticket or "")
    return await _in_base(wire.run(bind_device, command))


@endpoint("POST", "/device/unbind", is_said_ok=False)
async def unbind(wire: Wire, body: BindBody) -> dict[str, object]:
    """Unbind a device by a ticket of the person's."""
    command = _binding(wire, UnbindDevice, body, body.ticket or "")
    return await _in_base(wire.run(unbind_device, command))


@endpoint("POST", "/device/compel_bind", is_said_ok=False)
async def compel_bind(wire: Wire, body: BindBody) -> dict[str, object]:
    """Bind a device on the account's own responsibility."""
    return await _in_base(wire.run(bind_device, _binding(wire, BindDevice, body, None)))


@endpoint("POST", "/device/compel_unbind", is_said_ok=False)
async def compel_unbind(wire: Wire, body: BindBody) -> dict[str, object]:
    """Unbind a device on the account's own responsibility."""
    return await _in_base(wire.run(unbind_device, _binding(wire, UnbindDevice, body, None)))


@endpoint("GET", "/device/get_stat", is_said_ok=True)
async def get_stat(wire: Wire, query: DeviceQuery) -> dict[str, object]:
    """How far a device is; one that nobody knows is not authorised."""
    try:
        command = wire.command(ReadDevice, device_id=query.device_id)
        state = (await wire.run(read_device, command)).device.state
    except NotFound:
        state = DeviceState.UNAUTHORISED
    number, told = _states[state]
    return {"status": number, "status_info": told}


@endpoint("POST", "/device/verify_qrcode")
async def verify_qrcode(wire: Wire, body: TicketBody) -> dict[str, object]:
    """The device of a code."""
    device = await wire.run(find_code, wire.command(FindCode, ticket=body.ticket))
    return {
        "device_type": wire.channel.original_id,
        "device_id": device.device_id,
        "mac": device.attributes.mac if device.attributes else "",
    }


@endpoint("GET", "/device/get_openid")
async def get_openid(wire: Wire, query: DeviceQuery) -> dict[str, object]:
    """Whose a device is."""
    if query.device_type is not None:
        _check_type(wire, query.device_type)
    command = wire.command(ReadDevice, device_id=query.device_id)
    found = await wire.run(read_device, command)
    return {
        "open_id": [one.openid for one in found.bindings],
        "resp_msg": {"ret_code": 0, "error_info": "ok"},
    }


@endpoint("GET", "/device/get_bind_device")
async def get_bind_device(wire: Wire, query: OwnerQuery) -> dict[str, object]:
    """What somebody has."""
    found = await wire.run(list_devices_of, wire.command(ListDevicesOf, openid=query.openid))
    kind = wire.channel.original_id
    return {
        "resp_msg": {"ret_code": 0, "error_info": "ok"},
        "openid": query.openid,
        "device_list": [{"device_type": kind, "device_id": one} for one in found.items],
    }


@endpoint("POST", "/device/transmsg", is_said_ok=False)
async def transmsg(wire: Wire, body: MessageBody) -> dict[str, object]:
    """Tell a device something, or its owner whether it is connected."""
    about = {"device_id": body.device_id, "openid": body.open_id}
    try:
        _check_type(wire, body.device_type)
        if body.msg_type == _status:
            command = wire.command(TellConnected, **about, is_connected=_flag(body.device_status))
            await wire.run(tell_connected, command)
        else:
            await wire.run(tell_device, wire.command(TellDevice, **about, content=body.content))
    except WireError as error:
        return {"ret": error.errcode, "ret_info": error.errmsg}
    except Failure as failure:
        told = error_of(failure)
        return {"ret": told.errcode, "ret_info": told.errmsg}
    return {"ret": 0, "ret_info": "this is ok"}


def _binding(wire: Wire, kind: type[C], body: BindBody, ticket: str | None) -> C:
    return wire.command(kind, device_id=body.device_id, openid=body.openid, ticket=ticket)


async def _in_base(doing: Awaitable[Bound]) -> dict[str, object]:
    """The answer in the form of these calls, also when it is an error."""
    error = WireError(0, "ok")
    try:
        await doing
    except Failure as failure:
        error = error_of(failure)
    return {"base_resp": {"errcode": error.errcode, "errmsg": error.errmsg}}


def _facts(one: DeviceFacts) -> dict[str, object]:
    attributes = {
        name: value
        for name, value in msgspec.structs.asdict(one).items()
        if name not in {"id", "auth_key"}
    }
    attributes["mac"] = one.mac.upper()
    attributes["connect_protocol"] = str(one.connect_protocol)
    return {"device_id": one.id, "attributes": attributes, "key": one.auth_key}


def _flag(status: int) -> bool:
    if status not in {0, 1}:
        raise WireError(40035, "invalid parameter: device_status")
    return bool(status)


def _check_count(told: int, there: int) -> None:
    if told != there:
        raise WireError(40035, "invalid parameter: device_num")


def _check_type(wire: Wire, device_type: str) -> None:
    if device_type != wire.channel.original_id:
        raise WireError(40035, "invalid parameter: device_type")
