"""Red packets of the second interface: given to one person, or to one who shares it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from banyan.doors.wechatpay.endpoint import Call, china, endpoint_v2
from banyan.doors.wechatpay.errors import WireError, bad
from banyan.pay.payees import Payee, Scope
from banyan.reach.redpackets import (
    GivePacket,
    Packet,
    PacketKind,
    PacketState,
    ReadGivenPacket,
    give_packet,
    read_given_packet,
)

_each_least_fen = 100
_group_most_fen = 100_000
_group_least_count = 3
_group_most_count = 20
_random = "ALL_RAND"
_by_merchant = "MCHT"

Billno = Annotated[str, msgspec.Meta(min_length=1, max_length=28, pattern=r"^[0-9A-Za-z]+$(?!\n)")]
Short = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
Optional = Annotated[str, msgspec.Meta(max_length=128)]
Fen = Annotated[int, msgspec.Meta(ge=1, le=10**9)]


class GroupBody(msgspec.Struct, frozen=True, kw_only=True):
    """A packet for one who shares it with others."""

    mch_billno: Billno
    wxappid: Short
    re_openid: Short
    send_name: Short
    total_amount: Fen
    total_num: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    wishing: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    act_name: Short
    remark: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
    amt_type: Short = _random
    scene_id: Optional = ""
    sub_mch_id: Annotated[str, msgspec.Meta(max_length=32)] = ""
    msgappid: Annotated[str, msgspec.Meta(max_length=32)] = ""


class OneBody(GroupBody, frozen=True, kw_only=True):
    """A packet for one person."""

    client_ip: Annotated[str, msgspec.Meta(min_length=1, max_length=45)]


class ReadBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which packet to tell of."""

    mch_billno: Billno
    appid: Short
    bill_type: Short


class _Said(msgspec.Struct, frozen=True):
    """What a program says of its packet that is told again."""

    act_name: str = ""
    remark: str = ""
    wishing: str = ""


@endpoint_v2("/mmpaymkttransfers/sendredpack", is_answer_signed=False, lacks="more than 200 yuan")
async def sendredpack(call: Call, body: OneBody) -> dict[str, object]:
    """Give one person a packet."""
    if body.total_num != 1:
        raise bad("total_num必须等于1", "total_num")
    if body.total_amount < _each_least_fen and not body.scene_id:
        raise _money_limit("红包金额小于1元时，scene_id必传")
    return await _give(call, body)


@endpoint_v2("/mmpaymkttransfers/sendgroupredpack", is_answer_signed=False)
async def sendgroupredpack(call: Call, body: GroupBody) -> dict[str, object]:
    """Give somebody a packet to share, by luck."""
    if not _group_least_count <= body.total_num <= _group_most_count:
        raise bad("total_num必须介于3和20之间", "total_num")
    if body.amt_type != _random:
        raise bad("amt_type必须为ALL_RAND", "amt_type")
    least_fen = body.total_num * (_each_least_fen if not body.scene_id else 1)
    if not least_fen <= body.total_amount <= _group_most_fen:
        raise _money_limit("红包金额超出限制")
    return await _give(call, body)


@endpoint_v2("/mmpaymkttransfers/gethbinfo", is_answer_signed=False)
async def gethbinfo(call: Call, body: ReadBody) -> dict[str, object]:
    """What became of a packet, and who took its shares."""
    if body.bill_type != _by_merchant:
        raise bad("bill_type必须为MCHT", "bill_type")
    channel = await call.read_channel(body.appid)
    query = call.command(ReadGivenPacket, channel_id=channel.channel_id, out_no=body.mch_billno)
    found = await call.run_as_banyan(read_given_packet, query)
    packet = found.packet
    said = msgspec.json.decode(packet.details, type=_Said) if packet.details else _Said()
    is_over = packet.state is PacketState.EXPIRED
    return {
        "mch_billno": packet.out_no,
        "detail_id": _detail_id(packet),
        "status": _status(packet),
        "send_type": "API",
        "hb_type": "NORMAL" if packet.kind is PacketKind.PERSONAL else "GROUP",
        "total_num": packet.count,
        "total_amount": packet.total_fen,
        "send_time": _clock(packet.sent_at),
        "refund_time": _clock(packet.ended_at) if is_over else "",
        "refund_amount": packet.refunded_fen if is_over else "",
        "wishing": said.wishing or packet.wish,
        "remark": said.remark,
        "act_name": said.act_name,
        "hblist": [
            (
                "hbinfo",
                [
                    ("openid", one.openid),
                    ("amount", one.amount_fen),
                    ("rcv_time", _clock(one.taken_at)),
                ],
            )
            for one in found.takers
        ],
    }


async def _give(call: Call, body: GroupBody) -> dict[str, object]:
    payee: Payee = call.payee
    if body.sub_mch_id:
        payee, call = await call.act_for(body.sub_mch_id, Scope.FUNDS)
    channel = await call.read_channel(body.wxappid, payee)
    people = await call.directory.find_people(channel.appid, [body.re_openid])
    receiver_id = people.get(body.re_openid)
    if receiver_id is None:
        raise WireError(400, "OPENID_ERROR", "openid和appid不匹配")
    said = _Said(body.act_name, body.remark, body.wishing)
    command = call.command(
        GivePacket,
        merchant_id=payee.merchant_id,
        receiver_id=receiver_id,
        out_no=body.mch_billno,
        total_fen=body.total_amount,
        count=body.total_num,
        wish=body.wishing.strip()[:60].strip(),
        sender_name=body.send_name.strip(),
        details=msgspec.json.encode(said).decode(),
    )
    packet = await call.run(give_packet, command)
    return {
        "mch_billno": packet.out_no,
        "wxappid": body.wxappid,
        "re_openid": body.re_openid,
        "total_amount": packet.total_fen,
        "send_listid": _detail_id(packet),
    }


def _status(packet: Packet) -> str:
    """What the protocol calls the state of a packet."""
    if packet.state is PacketState.EXPIRED:
        return "REFUND"
    return "RECEIVED" if packet.taken_count else "SENT"


def _detail_id(packet: Packet) -> str:
    """The number by which we know a packet: 28 digits."""
    return f"10000{int(packet.packet_id):023}"


def _clock(at: datetime | None) -> str:
    """An instant as these calls write it."""
    return f"{at.astimezone(china):%Y-%m-%d %H:%M:%S}" if at is not None else ""


def _money_limit(why: str) -> WireError:
    return WireError(400, "MONEY_LIMIT", why)
