"""Subsidies of merchants' own coupons: what a stock's maker pays whoever took a coupon."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.doors.wechatpay.endpoint import Call, endpoint, wire_time
from banyan.doors.wechatpay.errors import bad
from banyan.doors.wechatpay.marketing import Mchid, Number, RequestNo, id_of, mchids_of, merchant_of
from banyan.pay.busifavors import (
    CouponStockId,
    ListSubsidies,
    PaySubsidy,
    ReadSubsidy,
    ReadSubsidyReturn,
    ReturnSubsidy,
    Subsidy,
    SubsidyId,
    SubsidyReturn,
    list_subsidies,
    pay_subsidy,
    read_subsidy,
    read_subsidy_return,
    return_subsidy,
)

_No = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Fen = Annotated[int, msgspec.Meta(ge=1, le=10**10)]
_Words = Annotated[str, msgspec.Meta(min_length=1, max_length=1_024)]


class PayBody(msgspec.Struct, frozen=True, kw_only=True):
    """Who pays whom for which coupon and payment."""

    stock_id: Number
    coupon_code: _No
    transaction_id: _No
    payer_merchant: Mchid
    payee_merchant: Mchid
    amount: _Fen
    description: _Words
    out_subsidy_no: RequestNo


class BackBody(msgspec.Struct, frozen=True, kw_only=True):
    """Who gives whom back how much, and for which refund."""

    stock_id: Number
    coupon_code: _No
    transaction_id: _No
    refund_id: _No
    payer_merchant: Mchid
    payee_merchant: Mchid
    amount: _Fen
    description: _Words
    out_subsidy_return_no: RequestNo


class ReadBody(msgspec.Struct, frozen=True, kw_only=True):
    """Names a subsidy."""

    subsidy_receipt_id: Number


class ReadBackBody(msgspec.Struct, frozen=True, kw_only=True):
    """Names what came back of one."""

    subsidy_return_receipt_id: Number


class ListBody(msgspec.Struct, frozen=True, kw_only=True):
    """Names a coupon."""

    stock_id: Number
    coupon_code: _No
    out_subsidy_no: Annotated[str, msgspec.Meta(max_length=128)] = ""


@endpoint("POST", "/v3/marketing/busifavor/subsidy/pay-receipts")
async def pay(call: Call, body: PayBody) -> dict[str, Any]:
    """Pay a merchant for a coupon that was used in a payment to it."""
    if body.payer_merchant != call.payee.mchid:
        raise bad("付款商户须为调用商户", "payer_merchant")
    command = call.command(
        PaySubsidy,
        payee_id=await merchant_of(call, body.payee_merchant, "payee_merchant"),
        stock_id=id_of(CouponStockId, body.stock_id),
        code=body.coupon_code,
        transaction_no=body.transaction_id,
        amount_fen=body.amount,
        description=body.description,
        request_no=body.out_subsidy_no,
    )
    return await _show(call, await call.run(pay_subsidy, command))


@endpoint("GET", "/v3/marketing/busifavor/subsidy/pay-receipts")
async def list_all(call: Call, body: ListBody) -> dict[str, Any]:
    """What was paid for a coupon."""
    query = call.command(
        ListSubsidies,
        stock_id=id_of(CouponStockId, body.stock_id),
        code=body.coupon_code,
        out_no=body.out_subsidy_no,
    )
    found = await call.run(list_subsidies, query)
    return {"pay_receipt_list": [await _show(call, one) for one in found]}


@endpoint("GET", "/v3/marketing/busifavor/subsidy/pay-receipts/{subsidy_receipt_id}")
async def read(call: Call, body: ReadBody) -> dict[str, Any]:
    """One subsidy."""
    query = call.command(ReadSubsidy, subsidy_id=id_of(SubsidyId, body.subsidy_receipt_id))
    return await _show(call, await call.run(read_subsidy, query))


@endpoint("POST", "/v3/marketing/busifavor/subsidy/return-receipts")
async def give_back(call: Call, body: BackBody) -> dict[str, Any]:
    """Give a part of a subsidy back, because its payment was refunded."""
    if body.payer_merchant != call.payee.mchid:
        raise bad("回退付款商户须为调用商户", "payer_merchant")
    command = call.command(
        ReturnSubsidy,
        payer_id=await merchant_of(call, body.payee_merchant, "payee_merchant"),
        stock_id=id_of(CouponStockId, body.stock_id),
        code=body.coupon_code,
        transaction_no=body.transaction_id,
        refund_no=body.refund_id,
        amount_fen=body.amount,
        description=body.description,
        request_no=body.out_subsidy_return_no,
    )
    return await _show_back(call, await call.run(return_subsidy, command))


@endpoint("GET", "/v3/marketing/busifavor/subsidy/return-receipts/{subsidy_return_receipt_id}")
async def read_back(call: Call, body: ReadBackBody) -> dict[str, Any]:
    """What came back of a subsidy."""
    return_id = id_of(SubsidyId, body.subsidy_return_receipt_id)
    query = call.command(ReadSubsidyReturn, return_id=return_id)
    return await _show_back(call, await call.run(read_subsidy_return, query))


async def _show(call: Call, one: Subsidy) -> dict[str, Any]:
    named = await mchids_of(call, (one.merchant_id, one.payee_id))
    return {
        "subsidy_receipt_id": f"{one.subsidy_id:d}",
        "stock_id": f"{one.stock_id:d}",
        "coupon_code": one.code,
        "transaction_id": one.transaction_no,
        "payer_merchant": named[int(one.merchant_id)],
        "payee_merchant": named[int(one.payee_id)],
        "amount": one.amount_fen,
        "description": one.description,
        "status": "SUCCESS",
        "success_time": wire_time(one.paid_at),
        "out_subsidy_no": one.out_no,
        "create_time": wire_time(one.paid_at),
    }


async def _show_back(call: Call, back: SubsidyReturn) -> dict[str, Any]:
    one = back.subsidy
    named = await mchids_of(call, (one.merchant_id, one.payee_id))
    return {
        "subsidy_return_receipt_id": f"{back.return_id:d}",
        "subsidy_receipt_id": f"{one.subsidy_id:d}",
        "stock_id": f"{one.stock_id:d}",
        "coupon_code": one.code,
        "transaction_id": one.transaction_no,
        "refund_id": back.refund_no,
        "payer_merchant": named[int(one.payee_id)],
        "payee_merchant": named[int(one.merchant_id)],
        "amount": back.amount_fen,
        "description": back.description,
        "status": "SUCCESS",
        "return_done_time": wire_time(back.returned_at),
        "return_create_time": wire_time(back.returned_at),
        "out_subsidy_return_no": back.out_no,
    }
