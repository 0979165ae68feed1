"""Profit sharing of platforms on which merchants sell, and what platforms add to it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.base.ids import NONE
from banyan.doors.wechatpay.brand_sharing import (
    BrandOrderQuery,
    BrandReturnQuery,
    finish,
    tell_back,
    tell_order,
)
from banyan.doors.wechatpay.endpoint import Call, endpoint, wire_time
from banyan.doors.wechatpay.shares import (
    Apps,
    Hidden,
    Number,
    ReturnBody,
    SharingBody,
    Wanted,
    bring_back,
    find_charge_id,
    find_payee,
    find_sharing,
    read_back,
    share,
    tell_amounts,
)
from banyan.doors.wechatpay.sharing import (
    ReceiverBody,
    TransactionQuery,
    UnfreezeBody,
    drop_receiver,
    keep_receiver,
)
from banyan.pay.charges import refund_id_of
from banyan.pay.payees import Payee
from banyan.pay.split import (
    CancelSubsidy,
    Form,
    ReturnSubsidy,
    Sharing,
    Subsidize,
    Subsidy,
    cancel_subsidy,
    return_subsidy,
    subsidize,
)


class PlatformReceiver(msgspec.Struct, frozen=True, kw_only=True):
    """What one receiver is to get, in the words of platforms."""

    type: str
    receiver_account: str
    amount: int
    description: str
    receiver_name: Hidden = ""


class PlatformOrderBody(msgspec.Struct, frozen=True, kw_only=True):
    """A sharing as platforms order it."""

    sub_mchid: str
    transaction_id: Number
    out_order_no: Number
    finish: bool
    receivers: Annotated[list[PlatformReceiver], msgspec.Meta(max_length=50)]
    appid: str = ""


class SubsidyBody(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform adds."""

    sub_mchid: str
    transaction_id: Number
    amount: int
    description: str
    refund_id: Number = ""
    out_subsidy_no: Number = ""


class SubsidyCancelBody(msgspec.Struct, frozen=True, kw_only=True):
    """To what a platform adds nothing."""

    sub_mchid: str
    transaction_id: Number
    description: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class SubsidyReturnBody(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform takes back of it."""

    sub_mchid: str
    transaction_id: Number
    out_order_no: Number
    amount: int
    description: str
    refund_id: Number = ""


@endpoint("POST", "/v3/ecommerce/profitsharing/receivers/add")
async def platform_add(call: Call, body: ReceiverBody) -> dict[str, Any]:
    """A platform may share with somebody."""
    name = call.decrypt(body.encrypted_name, "encrypted_name") or body.name
    await keep_receiver(call, body, call.payee, name)
    return {"type": body.type, "account": body.account}


@endpoint("POST", "/v3/ecommerce/profitsharing/receivers/delete")
async def platform_delete(call: Call, body: ReceiverBody) -> dict[str, Any]:
    """A platform shares with somebody no more."""
    await drop_receiver(call, body, call.payee)
    return {"type": body.type, "account": body.account}


@endpoint("POST", "/v3/ecommerce/profitsharing/orders")
async def platform_order(call: Call, body: PlatformOrderBody) -> dict[str, Any]:
    """Parts of what a merchant was paid go to receivers of its platform."""
    payee = await find_payee(call, body.sub_mchid)
    sharing = await share(
        call,
        Form.PLATFORM,
        payee,
        SharingBody(
            transaction_id=body.transaction_id,
            out_order_no=body.out_order_no,
            receivers=[
                Wanted(
                    type=one.type,
                    account=one.receiver_account,
                    amount=one.amount,
                    description=one.description,
                    name=one.receiver_name,
                )
                for one in body.receivers
            ],
            is_last=body.finish,
            apps=Apps(appid=body.appid),
        ),
    )
    return _tell(payee, sharing, body.transaction_id)


@endpoint("GET", "/v3/ecommerce/profitsharing/orders")
async def platform_read_order(call: Call, query: BrandOrderQuery) -> dict[str, Any]:
    """What was shared under a number."""
    payee = await find_payee(call, query.sub_mchid)
    sharing = await find_sharing(
        call, payee, out_order_no=query.out_order_no, transaction_id=query.transaction_id
    )
    return _tell(payee, sharing, query.transaction_id)


@endpoint("POST", "/v3/ecommerce/profitsharing/finish-order")
async def platform_finish(call: Call, body: UnfreezeBody) -> dict[str, Any]:
    """What is left is the merchant's."""
    return await finish(call, Form.PLATFORM, body)


@endpoint("POST", "/v3/ecommerce/profitsharing/returnorders")
async def platform_return(call: Call, body: ReturnBody) -> dict[str, Any]:
    """A receiver gives something back."""
    payee, found = await bring_back(call, body)
    return tell_back(call, payee, found)


@endpoint("GET", "/v3/ecommerce/profitsharing/returnorders")
async def platform_read_return(call: Call, query: BrandReturnQuery) -> dict[str, Any]:
    """What a receiver gave back."""
    payee = await find_payee(call, query.sub_mchid)
    return tell_back(call, payee, await read_back(call, payee, query.out_return_no))


@endpoint("GET", "/v3/ecommerce/profitsharing/orders/{transaction_id}/amounts")
async def platform_amounts(call: Call, query: TransactionQuery) -> dict[str, Any]:
    """What still waits to be shared."""
    return await tell_amounts(call, query.transaction_id)


@endpoint("POST", "/v3/ecommerce/subsidies/create")
async def create_subsidy(call: Call, body: SubsidyBody) -> dict[str, Any]:
    """A platform adds to what a merchant was paid."""
    payee = await find_payee(call, body.sub_mchid)
    command = call.command(
        Subsidize,
        payee_id=payee.merchant_id,
        charge_id=find_charge_id(body.transaction_id),
        out_no=body.out_subsidy_no or body.transaction_id,
        amount_fen=body.amount,
        description=body.description,
    )
    one = await call.run(subsidize, command)
    return {"subsidy_id": one.subsidy_no, **_tell_subsidy(payee, one, body.transaction_id)}


@endpoint("POST", "/v3/ecommerce/subsidies/cancel")
async def drop_subsidy(call: Call, body: SubsidyCancelBody) -> dict[str, Any]:
    """A platform adds nothing to what a merchant was paid."""
    payee = await find_payee(call, body.sub_mchid)
    command = call.command(
        CancelSubsidy,
        payee_id=payee.merchant_id,
        charge_id=find_charge_id(body.transaction_id),
    )
    await call.run(cancel_subsidy, command)
    return {
        "sub_mchid": payee.mchid,
        "transaction_id": body.transaction_id,
        "result": "SUCCESS",
        "description": body.description,
    }


@endpoint("POST", "/v3/ecommerce/subsidies/return")
async def bring_subsidy_back(call: Call, body: SubsidyReturnBody) -> dict[str, Any]:
    """A platform takes back what it added."""
    payee = await find_payee(call, body.sub_mchid)
    command = call.command(
        ReturnSubsidy,
        payee_id=payee.merchant_id,
        charge_id=find_charge_id(body.transaction_id),
        out_no=body.out_order_no,
        amount_fen=body.amount,
        description=body.description,
        refund_id=refund_id_of(body.refund_id) if body.refund_id else NONE,
    )
    one = await call.run(return_subsidy, command)
    return {
        "subsidy_refund_id": one.subsidy_no,
        "refund_id": body.refund_id,
        "out_order_no": one.out_no,
        **_tell_subsidy(payee, one, body.transaction_id),
    }


def _tell(payee: Payee, sharing: Sharing, transaction_id: str) -> dict[str, Any]:
    told = tell_order(payee, sharing, transaction_id)
    told["receivers"] = [
        {"receiver_account": one["account"], "receiver_mchid": one["account"], **one}
        for one in told.get("receivers", [])
    ]
    return told


def _tell_subsidy(payee: Payee, one: Subsidy, transaction_id: str) -> dict[str, Any]:
    return {
        "sub_mchid": payee.mchid,
        "transaction_id": transaction_id,
        "amount": one.amount_fen,
        "description": one.description,
        "result": "SUCCESS",
        "success_time": wire_time(one.given_at),
    }
