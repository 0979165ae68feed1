"""Orders of several merchants that are paid at once, whole or not at all."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.base.ids import NONE
from banyan.doors.wechatpay.asking import (
    Appid,
    Attach,
    Description,
    Instant,
    Mchid,
    NotifyUrl,
    OutTradeNo,
    Scene,
    SettleInfo,
    Total,
    Yuan,
    check_own,
    code_url_of,
    find_payer,
    h5_url_of,
    prepay_id_of,
)
from banyan.doors.wechatpay.charge_forms import render_combination
from banyan.doors.wechatpay.endpoint import Call, endpoint
from banyan.doors.wechatpay.errors import bad
from banyan.parties.ids import PersonId
from banyan.pay.charges import (
    CloseCombination,
    CombinedCharges,
    CreateCharges,
    Protocol,
    ReadCombination,
    Way,
    close_combination,
    create_charges,
    read_combination,
)
from banyan.pay.payees import Scope

_base = "/v3/combine-transactions"
_lacks = "subsidies; discounts by bank and card"
_parts_max = 50


class PartAmount(msgspec.Struct, frozen=True, kw_only=True):
    """How much a part comes to."""

    total_amount: Total
    currency: Yuan = "CNY"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """An order of one of the merchants."""

    mchid: Mchid
    out_trade_no: OutTradeNo
    description: Description
    amount: PartAmount
    attach: Attach = ""
    sub_mchid: Mchid = ""
    sub_appid: Annotated[str, msgspec.Meta(max_length=32)] = ""
    goods_tag: Annotated[str, msgspec.Meta(max_length=32)] = ""
    detail: Annotated[str, msgspec.Meta(max_length=6_000)] = ""
    settle_info: SettleInfo = SettleInfo()


class PayerInfo(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to pay."""

    openid: Annotated[str, msgspec.Meta(max_length=128)] = ""


class CombinedBody(msgspec.Struct, frozen=True, kw_only=True):
    """Orders that are paid at once."""

    combine_appid: Appid
    combine_mchid: Mchid
    combine_out_trade_no: OutTradeNo
    notify_url: NotifyUrl
    sub_orders: Annotated[list[Part], msgspec.Meta(min_length=1, max_length=_parts_max)]
    combine_payer_info: PayerInfo = PayerInfo()
    scene_info: Scene = Scene()
    time_start: Instant | None = None
    time_expire: Instant | None = None


class ByCombinedNo(msgspec.Struct, frozen=True, kw_only=True):
    """Orders by the number that they share."""

    combine_out_trade_no: OutTradeNo


class ClosedPart(msgspec.Struct, frozen=True, kw_only=True):
    """One of those that are closed."""

    mchid: Mchid
    out_trade_no: OutTradeNo
    sub_mchid: Mchid = ""


class CloseBody(msgspec.Struct, frozen=True, kw_only=True):
    """All of those that were asked for."""

    combine_out_trade_no: OutTradeNo
    combine_appid: Appid
    sub_orders: Annotated[list[ClosedPart], msgspec.Meta(min_length=1, max_length=_parts_max)]


@endpoint("POST", f"{_base}/jsapi", lacks=_lacks)
async def jsapi(call: Call, body: CombinedBody) -> dict[str, Any]:
    """Ask one person, on a page."""
    return {"prepay_id": prepay_id_of(call, await _ask_one(call, body))}


@endpoint("POST", f"{_base}/miniprogram", lacks=_lacks)
async def miniprogram(call: Call, body: CombinedBody) -> dict[str, Any]:
    """Ask one person, in a mini program."""
    return {"prepay_id": prepay_id_of(call, await _ask_one(call, body))}


@endpoint("POST", f"{_base}/app", lacks=_lacks)
async def app(call: Call, body: CombinedBody) -> dict[str, Any]:
    """Ask whoever uses an app."""
    return {"prepay_id": prepay_id_of(call, await _ask(call, Way.APP, body))}


@endpoint("POST", f"{_base}/native", lacks=_lacks)
async def native(call: Call, body: CombinedBody) -> dict[str, Any]:
    """Ask whoever scans the code."""
    return {"code_url": code_url_of(await _ask(call, Way.NATIVE, body))}


@endpoint("POST", f"{_base}/h5", lacks=_lacks)
async def h5(call: Call, body: CombinedBody) -> dict[str, Any]:
    """Ask whoever opens the page in a browser."""
    return {"h5_url": h5_url_of(call, await _ask(call, Way.H5, body))}


@endpoint("GET", f"{_base}/out-trade-no/{{combine_out_trade_no}}")
async def read_by_out_no(call: Call, query: ByCombinedNo) -> dict[str, Any]:
    """The orders, paid or not."""
    found = await _read(call, query.combine_out_trade_no)
    return await render_combination(call.directory, found)


@endpoint("POST", f"{_base}/out-trade-no/{{combine_out_trade_no}}/close")
async def close(call: Call, body: CloseBody) -> None:
    """Let nobody pay them any more; all of them must be named."""
    await call.read_channel(body.combine_appid)
    found = await _read(call, body.combine_out_trade_no)
    mchids = await call.directory.list_mchids([one.merchant_id for one in found.charges])
    wanted = sorted((mchids[int(one.merchant_id)], one.out_no) for one in found.charges)
    named = sorted((one.sub_mchid or one.mchid, one.out_trade_no) for one in body.sub_orders)
    if wanted != named:
        raise bad("子单信息与下单时不一致", "sub_orders")
    closing = call.command(
        CloseCombination, protocol=Protocol.WECHAT.value, out_no=body.combine_out_trade_no
    )
    await call.run(close_combination, closing)


async def _read(call: Call, out_no: str) -> CombinedCharges:
    reading = call.command(ReadCombination, protocol=Protocol.WECHAT.value, out_no=out_no)
    return await call.run(read_combination, reading)


async def _ask_one(call: Call, body: CombinedBody) -> str:
    openid = body.combine_payer_info.openid
    if not openid:
        raise bad("缺少openid", "combine_payer_info/openid")
    await call.read_channel(body.combine_appid)
    return await _ask(call, Way.JSAPI, body, await find_payer(call, body.combine_appid, openid))


async def _ask(call: Call, way: Way, body: CombinedBody, payer_id: PersonId | None = None) -> str:
    check_own(call, body.combine_mchid, "combine_mchid")
    channel = await call.read_channel(body.combine_appid)
    shared = {
        "channel_id": channel.channel_id,
        "wanted_payer_id": payer_id or PersonId(0),
        "expires_at": body.time_expire,
    }
    command = call.command(
        CreateCharges,
        protocol=Protocol.WECHAT.value,
        way=way.value,
        asks=[{**shared, **await _build(call, body, part)} for part in body.sub_orders],
        combined={
            "out_no": body.combine_out_trade_no,
            "facts": {"notify_url": body.notify_url, "scene": body.scene_info.texts},
        },
    )
    return (await call.run(create_charges, command)).token


async def _build(call: Call, body: CombinedBody, part: Part) -> dict[str, Any]:
    if part.sub_mchid:
        # Whoever combines is the provider; other providers' merchants ask by themselves.
        check_own(call, part.mchid, "sub_orders/mchid")
    payee, _ = await call.act_for(part.sub_mchid or part.mchid, Scope.PAY)
    sub_channel = await call.read_channel(part.sub_appid, payee) if part.sub_appid else None
    return {
        "payee_id": payee.merchant_id,
        "is_provided": bool(part.sub_mchid),
        "out_no": part.out_trade_no,
        "total_fen": part.amount.total_amount,
        "currency": part.amount.currency,
        "sub_channel_id": sub_channel.channel_id if sub_channel else NONE,
        "is_shared": part.settle_info.profit_sharing,
        "facts": {
            "description": part.description,
            "attach": part.attach,
            "goods_tag": part.goods_tag,
            "scene": body.scene_info.texts,
        },
    }
