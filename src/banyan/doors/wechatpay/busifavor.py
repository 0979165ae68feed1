"""Merchants' own coupons (`busifavor`): stocks of them, their codes, and who is told."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.doors.wechatpay.busifavor_words import (
    Fen,
    Kept,
    Some,
    StockBody,
    facts_of,
    show_mode,
    show_stock,
)
from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.endpoint import Call, endpoint, wire_time
from banyan.doors.wechatpay.errors import bad
from banyan.doors.wechatpay.marketing import Mchid, Number, RequestNo, id_of
from banyan.doors.wechatpay.notices import Told, renders
from banyan.pay.busifavors import (
    SENT,
    ChangeCouponBudget,
    ChangeCouponStock,
    CouponStock,
    CouponStockId,
    FindCouponCallback,
    ReadCouponStock,
    SentCoupon,
    SetCouponCallback,
    UploadCodes,
    WriteCouponStock,
    change_coupon_budget,
    change_coupon_stock,
    find_coupon_callback,
    read_coupon_stock,
    set_coupon_callback,
    upload_codes,
    write_coupon_stock,
)
from banyan.pay.notifications import Telling
from banyan.pay.payees import Scope

_CHANNELS = {
    "api": "BUSICOUPON_SEND_CHANNEL_API",
    "paygift": "BUSICOUPON_SEND_CHANNEL_PAYGIFT",
}


class StockNumber(msgspec.Struct, frozen=True, kw_only=True):
    """Names a stock."""

    stock_id: Number


class UseChange(msgspec.Struct, frozen=True, kw_only=True):
    """How and where coupons are used from now on."""

    use_method: Annotated[str, msgspec.Meta(max_length=32)] = ""
    mini_programs_appid: Annotated[str, msgspec.Meta(max_length=32)] = ""
    mini_programs_path: Annotated[str, msgspec.Meta(max_length=128)] = ""


class ChangeBody(msgspec.Struct, frozen=True, kw_only=True):
    """What changes of a stock."""

    stock_id: Number
    out_request_no: RequestNo
    stock_name: Annotated[str, msgspec.Meta(max_length=21)] | None = None
    comment: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    goods_name: Annotated[str, msgspec.Meta(max_length=15)] | None = None
    custom_entrance: Some | None = None
    display_pattern_info: Some | None = None
    coupon_use_rule: UseChange | None = None
    notify_config: Some | None = None


class BudgetBody(msgspec.Struct, frozen=True, kw_only=True):
    """How many there are to be, and how many the program believes there are."""

    stock_id: Number
    modify_budget_request_no: RequestNo
    target_max_coupons: Fen | None = None
    target_max_coupons_by_day: Fen | None = None
    current_max_coupons: Fen | None = None
    current_max_coupons_by_day: Fen | None = None


class CodesBody(msgspec.Struct, frozen=True, kw_only=True):
    """Codes to be given out."""

    stock_id: Number
    coupon_code_list: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=32)]],
        msgspec.Meta(min_length=1, max_length=200),
    ]
    upload_request_no: RequestNo


class CallbackBody(msgspec.Struct, frozen=True, kw_only=True):
    """Where the merchant's server is told."""

    mchid: Annotated[str, msgspec.Meta(max_length=15)] = ""
    notify_url: Annotated[str, msgspec.Meta(min_length=8, max_length=256)]


class FindBody(msgspec.Struct, frozen=True, kw_only=True):
    """Whose server it is."""

    mchid: Mchid


@endpoint("POST", "/v3/marketing/busifavor/stocks")
async def create(call: Call, body: StockBody) -> dict[str, Any]:
    """Write a stock; its coupons may be given out at once."""
    owner, _ = await call.act_for(body.belong_merchant, Scope.FUNDS)
    command = call.command(WriteCouponStock, belong_merchant_id=owner.merchant_id, **facts_of(body))
    stock = await call.run(write_coupon_stock, command)
    return {"stock_id": f"{stock.stock_id:d}", "create_time": wire_time(stock.created_at)}


@endpoint("GET", "/v3/marketing/busifavor/stocks/{stock_id}")
async def detail(call: Call, body: StockNumber) -> dict[str, Any]:
    """One stock, with what was sent of it."""
    stock = await _read(call, body.stock_id)
    kept = Kept.of(stock)
    send: dict[str, Any] = {
        "max_coupons": stock.max_count,
        "max_coupons_per_user": stock.max_by_person,
        "max_amount": stock.max_count * stock.amount_fen,
    }
    if stock.max_by_day:
        send["max_coupons_by_day"] = stock.max_by_day
    if kept.send is not None:
        for name in ("natural_person_limit", "prevent_api_abuse", "transferable", "shareable"):
            send[name] = getattr(kept.send, name)
    shown = await show_stock(call.directory, stock) | {
        "stock_send_rule": send,
        "stock_state": "RUNNING" if call.now < stock.ends_at else "STOPED",
        "coupon_code_mode": show_mode(stock),
        "send_count_information": {
            "total_send_num": stock.sent_count,
            "total_send_amount": stock.sent_count * stock.amount_fen,
            "today_send_num": stock.today_count,
            "today_send_amount": stock.today_count * stock.amount_fen,
        },
        "subsidy": stock.is_subsidised,
    }
    if stock.code_count:
        shown["coupon_code_count"] = {
            "total_count": stock.code_count,
            "available_count": stock.free_code_count,
        }
    if kept.notify:
        shown["notify_config"] = kept.notify
    return shown


@endpoint("PATCH", "/v3/marketing/busifavor/stocks/{stock_id}")
async def change(call: Call, body: ChangeBody) -> None:
    """Change what a stock is called and looks like."""
    kept = Kept.of(await _read(call, body.stock_id))
    given = {
        "entrance": body.custom_entrance,
        "pattern": body.display_pattern_info,
        "notify": body.notify_config,
        "use": body.coupon_use_rule
        and {
            **kept.use,
            **{k: v for k, v in msgspec.structs.asdict(body.coupon_use_rule).items() if v},
        },
    }
    changes = {name: value for name, value in given.items() if value}
    command = call.command(
        ChangeCouponStock,
        stock_id=id_of(CouponStockId, body.stock_id),
        request_no=body.out_request_no,
        name=body.stock_name,
        comment=body.comment,
        goods_name=body.goods_name,
        words=msgspec.structs.replace(kept, **changes).to_text() if changes else None,
    )
    await call.run(change_coupon_stock, command)


@endpoint("PATCH", "/v3/marketing/busifavor/stocks/{stock_id}/budget")
async def change_budget(call: Call, body: BudgetBody) -> dict[str, Any]:
    """Change how many there are, if they are as many as the program believes."""
    if not body.target_max_coupons and not body.target_max_coupons_by_day:
        raise bad("请填写目标批次最大发放个数", "target_max_coupons")
    command = call.command(
        ChangeCouponBudget,
        stock_id=id_of(CouponStockId, body.stock_id),
        request_no=body.modify_budget_request_no,
        max_count=body.target_max_coupons,
        max_by_day=body.target_max_coupons_by_day,
        old_max_count=body.current_max_coupons,
        old_max_by_day=body.current_max_coupons_by_day,
    )
    stock = await call.run(change_coupon_budget, command)
    return {"max_coupons": stock.max_count, "max_coupons_by_day": stock.max_by_day}


@endpoint("POST", "/v3/marketing/busifavor/stocks/{stock_id}/couponcodes")
async def upload(call: Call, body: CodesBody) -> dict[str, Any]:
    """Take in codes."""
    command = call.command(
        UploadCodes,
        stock_id=id_of(CouponStockId, body.stock_id),
        request_no=body.upload_request_no,
        codes=body.coupon_code_list,
    )
    done = await call.run(upload_codes, command)
    return {
        "stock_id": body.stock_id,
        "total_count": len(body.coupon_code_list),
        "success_count": len(done.taken),
        "success_codes": done.taken,
        "success_time": wire_time(done.uploaded_at),
        "fail_count": 0,
        "fail_codes": [],
        "exist_codes": done.known,
        "duplicate_codes": done.doubled,
    }


@endpoint("POST", "/v3/marketing/busifavor/callbacks")
async def set_address(call: Call, body: CallbackBody) -> dict[str, Any]:
    """Say where the server is told of coupons that were given out."""
    owner, call = await call.act_for(body.mchid or call.payee.mchid, Scope.FUNDS)
    command = call.command(SetCouponCallback, merchant_id=owner.merchant_id, url=body.notify_url)
    done = await call.run(set_coupon_callback, command)
    return {
        "update_time": wire_time(done.set_at),
        "notify_url": done.url,
        "mchid": owner.mchid,
    }


@endpoint("GET", "/v3/marketing/busifavor/callbacks")
async def find_address(call: Call, body: FindBody) -> dict[str, Any]:
    """Where the server is told."""
    owner, call = await call.act_for(body.mchid, Scope.FUNDS)
    query = call.command(FindCouponCallback, merchant_id=owner.merchant_id)
    return {"notify_url": await call.run(find_coupon_callback, query), "mchid": body.mchid}


async def _read(call: Call, number: str) -> CouponStock:
    query = call.command(ReadCouponStock, stock_id=id_of(CouponStockId, number))
    return await call.run(read_coupon_stock, query)


@renders(SENT)
async def tell_sent(directory: Directory, telling: Telling, said: SentCoupon) -> Told:
    """The server of who made a stock is told that somebody got a coupon."""
    del telling
    coupon = said.coupon
    named = await directory.list_mchids([int(coupon.sender_merchant_id)])
    return Told(
        event_type="COUPON.SEND",
        original_type="coupon",
        summary="商家券领券通知",
        resource={
            "event_type": "EVENT_TYPE_BUSICOUPON_SEND",
            "coupon_code": coupon.code,
            "stock_id": f"{coupon.stock.stock_id:d}",
            "send_time": wire_time(coupon.sent_at),
            "send_channel": _CHANNELS[said.by],
            "send_merchant": named[int(coupon.sender_merchant_id)],
        },
    )
