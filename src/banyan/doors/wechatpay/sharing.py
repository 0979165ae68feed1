"""Profit sharing of merchants and of providers for them; brands have only receivers here."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.endpoint import Call, endpoint, pruned, wire_time
from banyan.doors.wechatpay.errors import bad
from banyan.doors.wechatpay.notices import Told, renders
from banyan.doors.wechatpay.shares import (
    MERCHANT,
    Apps,
    Hidden,
    Number,
    ReturnBody,
    SharingBody,
    Wanted,
    bring_back,
    find_kind,
    find_payee,
    find_sharing,
    read_back,
    share,
    tell_amounts,
    tell_part,
    tell_rest,
    tell_return,
    tell_sub,
)
from banyan.pay.notifications import Telling
from banyan.pay.payees import Payee
from banyan.pay.split import (
    GIVEN,
    RETURNED,
    AddReceiver,
    DeleteReceiver,
    Form,
    Given,
    GivenBack,
    Part,
    ReadShareTerms,
    Sharing,
    add_receiver,
    delete_receiver,
    read_share_terms,
)


class ReceiverBody(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to share with."""

    type: str
    account: str
    appid: str = ""
    sub_appid: str = ""
    sub_mchid: str = ""
    brand_mchid: str = ""
    name: Hidden = ""
    """Hidden, but by platforms, which have another field for what they hide."""
    encrypted_name: Hidden = ""
    relation_type: str = ""
    custom_relation: str = ""


class OrderReceiver(msgspec.Struct, frozen=True, kw_only=True):
    """What one receiver is to get."""

    type: str
    account: str
    amount: int
    description: str
    name: Hidden = ""


class OrderBody(msgspec.Struct, frozen=True, kw_only=True):
    """A sharing as programs order it."""

    transaction_id: Number
    out_order_no: Number
    unfreeze_unsplit: bool
    receivers: Annotated[list[OrderReceiver], msgspec.Meta(max_length=50)] = []
    appid: str = ""
    sub_appid: str = ""
    sub_mchid: str = ""


class UnfreezeBody(msgspec.Struct, frozen=True, kw_only=True):
    """That nothing more is shared."""

    transaction_id: Number
    out_order_no: Number
    description: str
    sub_mchid: str = ""


class OrderQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A sharing by its number."""

    out_order_no: Number
    transaction_id: Number
    sub_mchid: str = ""


class ReturnQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What came back, by its number."""

    out_return_no: Number
    out_order_no: Number
    sub_mchid: str = ""


class TransactionQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A charge by our number."""

    transaction_id: Number


class ConfigQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A merchant of a provider."""

    sub_mchid: str


@endpoint("POST", "/v3/profitsharing/receivers/add")
async def add(call: Call, body: ReceiverBody) -> dict[str, Any]:
    """Somebody may be shared with."""
    payee = await find_payee(call, body.sub_mchid)
    name = call.decrypt(body.name, "name")
    await keep_receiver(call, body, payee, name)
    return pruned(
        {
            "sub_mchid": tell_sub(call, payee),
            "type": body.type,
            "account": body.account,
            "name": call.encrypt(name) if name else "",
            "relation_type": body.relation_type,
            "custom_relation": body.custom_relation,
        }
    )


@endpoint("POST", "/v3/profitsharing/receivers/delete")
async def delete(call: Call, body: ReceiverBody) -> dict[str, Any]:
    """Somebody is shared with no more."""
    payee = await find_payee(call, body.brand_mchid or body.sub_mchid)
    await drop_receiver(call, body, payee)
    named = "brand_mchid" if body.brand_mchid else "sub_mchid"
    told = {named: tell_sub(call, payee), "type": body.type, "account": body.account}
    return pruned(told)


@endpoint("POST", "/v3/profitsharing/orders")
async def order(call: Call, body: OrderBody) -> dict[str, Any]:
    """Parts go to receivers."""
    payee = await find_payee(call, body.sub_mchid)
    if not body.receivers and not body.unfreeze_unsplit:
        raise bad("分账接收方列表不能为空", "receivers")
    sharing = await share(
        call,
        Form.OWN,
        payee,
        SharingBody(
            transaction_id=body.transaction_id,
            out_order_no=body.out_order_no,
            receivers=[Wanted(**msgspec.structs.asdict(one)) for one in body.receivers],
            is_last=body.unfreeze_unsplit,
            apps=Apps(appid=body.appid, sub_appid=body.sub_appid),
        ),
    )
    return _tell(call, payee, sharing, body.transaction_id)


@endpoint("POST", "/v3/profitsharing/orders/unfreeze")
async def unfreeze(call: Call, body: UnfreezeBody) -> dict[str, Any]:
    """What is left is the merchant's."""
    payee = await find_payee(call, body.sub_mchid)
    sharing = await share(
        call,
        Form.OWN,
        payee,
        SharingBody(
            transaction_id=body.transaction_id,
            out_order_no=body.out_order_no,
            receivers=[],
            is_last=True,
            description=body.description,
        ),
    )
    return _tell(call, payee, sharing, body.transaction_id)


@endpoint("GET", "/v3/profitsharing/orders/{out_order_no}")
async def read_order(call: Call, query: OrderQuery) -> dict[str, Any]:
    """What was shared under a number."""
    payee = await find_payee(call, query.sub_mchid)
    sharing = await find_sharing(
        call, payee, out_order_no=query.out_order_no, transaction_id=query.transaction_id
    )
    return _tell(call, payee, sharing, query.transaction_id)


@endpoint("POST", "/v3/profitsharing/return-orders")
async def return_order(call: Call, body: ReturnBody) -> dict[str, Any]:
    """A receiver gives something back."""
    payee, found = await bring_back(call, body)
    return tell_return(call, payee, found, "return_id")


@endpoint("GET", "/v3/profitsharing/return-orders/{out_return_no}")
async def read_return(call: Call, query: ReturnQuery) -> dict[str, Any]:
    """What a receiver gave back."""
    payee = await find_payee(call, query.sub_mchid)
    return tell_return(call, payee, await read_back(call, payee, query.out_return_no), "return_id")


@endpoint("GET", "/v3/profitsharing/transactions/{transaction_id}/amounts")
async def amounts(call: Call, query: TransactionQuery) -> dict[str, Any]:
    """What still waits to be shared."""
    return await tell_amounts(call, query.transaction_id)


@endpoint("GET", "/v3/profitsharing/merchant-configs/{sub_mchid}")
async def merchant_config(call: Call, query: ConfigQuery) -> dict[str, Any]:
    """How much a provider's merchant may share."""
    payee = await find_payee(call, query.sub_mchid)
    return {"sub_mchid": payee.mchid, "max_ratio": await read_ratio(call, payee)}


@renders(GIVEN)
async def tell_given(directory: Directory, telling: Telling, said: Given) -> Told:  # noqa: ARG001 - all are given it
    """A receiver's server is told that it got something."""
    at = wire_time(said.sharing.created_at)
    resource = await _tell_receiver(directory, said.transaction_no, said.sharing, said.part, at)
    return Told(
        event_type="PROFITSHARING.SUCCESS",
        original_type="profitsharing",
        summary="分账",
        resource=resource,
    )


@renders(RETURNED)
async def tell_returned(directory: Directory, telling: Telling, said: GivenBack) -> Told:  # noqa: ARG001 - all are given it
    """A receiver's server is told that it gave something back."""
    at = wire_time(said.share_return.returned_at)
    part = msgspec.structs.replace(said.part, amount_fen=said.share_return.amount_fen)
    resource = await _tell_receiver(directory, said.transaction_no, said.sharing, part, at)
    return Told(
        event_type="PROFITSHARING.RETURN",
        original_type="profitsharing",
        summary="分账回退",
        resource=resource,
    )


async def keep_receiver(call: Call, body: ReceiverBody, holder: Payee, name: str) -> None:
    """Let somebody be shared with by a holder of receivers."""
    apps = Apps(appid=body.appid, sub_appid=body.sub_appid)
    kind, channel_id = await find_kind(call, body.type, apps, holder)
    command = call.command(
        AddReceiver,
        holder_id=holder.merchant_id,
        kind=kind,
        account=body.account,
        channel_id=channel_id,
        name=name,
        relation=body.relation_type,
        custom_relation=body.custom_relation,
    )
    await call.run(add_receiver, command)


async def drop_receiver(call: Call, body: ReceiverBody, holder: Payee) -> None:
    """Let somebody be shared with no more."""
    apps = Apps(appid=body.appid, sub_appid=body.sub_appid)
    kind, channel_id = await find_kind(call, body.type, apps, holder)
    command = call.command(
        DeleteReceiver,
        holder_id=holder.merchant_id,
        kind=kind,
        account=body.account,
        channel_id=channel_id,
    )
    await call.run(delete_receiver, command)


async def read_ratio(call: Call, payee: Payee) -> int:
    """How much a merchant may share, in basis points."""
    query = call.command(ReadShareTerms, payee_id=payee.merchant_id)
    return (await call.run(read_share_terms, query)).ratio_bp


def _tell(call: Call, payee: Payee, sharing: Sharing, transaction_id: str) -> dict[str, Any]:
    return pruned(
        {
            "sub_mchid": tell_sub(call, payee),
            "transaction_id": transaction_id,
            "out_order_no": sharing.out_no,
            "order_id": sharing.sharing_no,
            "state": "FINISHED",
            "receivers": [
                *(tell_part(one, sharing) for one in sharing.parts),
                *tell_rest(sharing, payee),
            ],
        }
    )


async def _tell_receiver(
    directory: Directory, transaction_no: str, sharing: Sharing, part: Part, at: str
) -> dict[str, Any]:
    ids = [int(sharing.merchant_id), int(sharing.provider_id)]
    mchids = await directory.list_mchids(ids)
    names = {"mchid": mchids[ids[0]]}
    if ids[1]:
        names = {"sp_mchid": mchids[ids[1]], "sub_mchid": mchids[ids[0]]}
    return {
        **names,
        "transaction_id": transaction_no,
        "order_id": sharing.sharing_no,
        "out_order_no": sharing.out_no,
        "receiver": {
            "type": MERCHANT,
            "account": part.account,
            "amount": part.amount_fen,
            "description": part.description,
        },
        "success_time": at,
    }
