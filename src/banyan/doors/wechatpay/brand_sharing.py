"""Profit sharing of shops with whom their brand shares."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.doors.wechatpay.endpoint import Call, endpoint, pruned
from banyan.doors.wechatpay.shares import (
    Apps,
    Number,
    ReturnBody,
    SharingBody,
    Wanted,
    bring_back,
    find_payee,
    find_sharing,
    read_back,
    share,
    tell_amounts,
    tell_part,
    tell_return,
)
from banyan.doors.wechatpay.sharing import (
    OrderReceiver,
    ReceiverBody,
    TransactionQuery,
    UnfreezeBody,
    drop_receiver,
    keep_receiver,
    read_ratio,
)
from banyan.pay.payees import Payee
from banyan.pay.split import Form, ReturnOfSharing, Sharing


class BrandOrderBody(msgspec.Struct, frozen=True, kw_only=True):
    """A sharing as programs order it."""

    brand_mchid: str
    sub_mchid: str
    transaction_id: Number
    out_order_no: Number
    finish: bool
    receivers: Annotated[list[OrderReceiver], msgspec.Meta(max_length=50)]
    appid: str = ""
    sub_appid: str = ""


class BrandOrderQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A sharing by its number."""

    sub_mchid: str
    transaction_id: Number
    out_order_no: Number


class BrandReturnQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What came back, by its number."""

    sub_mchid: str
    out_return_no: Number
    order_id: Number = ""
    out_order_no: Number = ""


class BrandQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A brand."""

    brand_mchid: str


@endpoint("POST", "/v3/brand/profitsharing/receivers/add")
async def brand_add(call: Call, body: ReceiverBody) -> dict[str, Any]:
    """A brand may share with somebody."""
    brand = await find_payee(call, body.brand_mchid)
    await keep_receiver(call, body, brand, call.decrypt(body.name, "name"))
    return {"brand_mchid": brand.mchid, "type": body.type, "account": body.account}


@endpoint("POST", "/v3/brand/profitsharing/receivers/delete")
async def brand_delete(call: Call, body: ReceiverBody) -> dict[str, Any]:
    """A brand shares with somebody no more."""
    brand = await find_payee(call, body.brand_mchid)
    await drop_receiver(call, body, brand)
    return {"brand_mchid": brand.mchid, "type": body.type, "account": body.account}


@endpoint("POST", "/v3/brand/profitsharing/orders")
async def brand_order(call: Call, body: BrandOrderBody) -> dict[str, Any]:
    """Parts of what a shop was paid go to receivers of its brand."""
    payee = await find_payee(call, body.sub_mchid)
    brand = await find_payee(call, body.brand_mchid)
    sharing = await share(
        call,
        Form.BRAND,
        payee,
        SharingBody(
            transaction_id=body.transaction_id,
            out_order_no=body.out_order_no,
            receivers=[Wanted(**msgspec.structs.asdict(one)) for one in body.receivers],
            is_last=body.finish,
            apps=Apps(appid=body.appid, sub_appid=body.sub_appid),
        ),
        brand,
    )
    return {"brand_mchid": brand.mchid, **tell_order(payee, sharing, body.transaction_id)}


@endpoint("GET", "/v3/brand/profitsharing/orders")
async def brand_read_order(call: Call, query: BrandOrderQuery) -> dict[str, Any]:
    """What was shared under a number."""
    payee = await find_payee(call, query.sub_mchid)
    sharing = await find_sharing(
        call, payee, out_order_no=query.out_order_no, transaction_id=query.transaction_id
    )
    return tell_order(payee, sharing, query.transaction_id)


@endpoint("POST", "/v3/brand/profitsharing/finish-order")
async def brand_finish(call: Call, body: UnfreezeBody) -> dict[str, Any]:
    """What is left is the shop's."""
    return await finish(call, Form.BRAND, body)


@endpoint("POST", "/v3/brand/profitsharing/returnorders")
async def brand_return(call: Call, body: ReturnBody) -> dict[str, Any]:
    """A receiver gives something back."""
    payee, found = await bring_back(call, body)
    return tell_back(call, payee, found)


@endpoint("GET", "/v3/brand/profitsharing/returnorders")
async def brand_read_return(call: Call, query: BrandReturnQuery) -> dict[str, Any]:
    """What a receiver gave back."""
    payee = await find_payee(call, query.sub_mchid)
    return tell_back(call, payee, await read_back(call, payee, query.out_return_no))


@endpoint("GET", "/v3/brand/profitsharing/orders/{transaction_id}/amounts")
async def brand_amounts(call: Call, query: TransactionQuery) -> dict[str, Any]:
    """What still waits to be shared."""
    return await tell_amounts(call, query.transaction_id)


@endpoint("GET", "/v3/brand/profitsharing/brand-configs/{brand_mchid}")
async def brand_config(call: Call, query: BrandQuery) -> dict[str, Any]:
    """How much of its shops' charges a brand may share."""
    brand = await find_payee(call, query.brand_mchid)
    return {"brand_mchid": brand.mchid, "max_ratio": await read_ratio(call, brand)}


async def finish(call: Call, form: Form, body: UnfreezeBody) -> dict[str, Any]:
    """Share nothing more of a charge."""
    payee = await find_payee(call, body.sub_mchid)
    sharing = await share(
        call,
        form,
        payee,
        SharingBody(
            transaction_id=body.transaction_id,
            out_order_no=body.out_order_no,
            receivers=[],
            is_last=True,
            description=body.description,
        ),
    )
    return {
        "sub_mchid": payee.mchid,
        "transaction_id": body.transaction_id,
        "out_order_no": sharing.out_no,
        "order_id": sharing.sharing_no,
    }


def tell_order(payee: Payee, sharing: Sharing, transaction_id: str) -> dict[str, Any]:
    """A sharing in the words of brands and platforms."""
    return pruned(
        {
            "sub_mchid": payee.mchid,
            "transaction_id": transaction_id,
            "out_order_no": sharing.out_no,
            "order_id": sharing.sharing_no,
            "status": "FINISHED",
            "receivers": [tell_part(one, sharing) for one in sharing.parts],
            "finish_amount": sharing.unfrozen_fen if sharing.is_last else None,
            "finish_description": sharing.description,
        }
    )


def tell_back(call: Call, payee: Payee, found: ReturnOfSharing) -> dict[str, Any]:
    """What came back in the words of brands and platforms."""
    return {"sub_mchid": payee.mchid, **tell_return(call, payee, found, "return_no")}
