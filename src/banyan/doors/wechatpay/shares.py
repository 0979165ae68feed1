"""What all forms of profit sharing have in common: who is meant, and how a sharing is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import NONE, Id
from banyan.doors.wechatpay.endpoint import Call, pruned, wire_time
from banyan.doors.wechatpay.errors import bad
from banyan.parties.merchants import MerchantId
from banyan.pay.charges import ChargeId, ReadCharge, charge_id_of, read_charge
from banyan.pay.payees import Payee, Scope
from banyan.pay.split import (
    PART,
    SHARING,
    Form,
    Part,
    PartState,
    ReadShareReturn,
    ReadSharing,
    ReceiverKind,
    ReturnOfSharing,
    ReturnShare,
    ShareCharge,
    Sharing,
    SharingId,
    id_in,
    number_of,
    read_share_return,
    read_sharing,
    return_share,
    share_charge,
)

Number = Annotated[str, msgspec.Meta(max_length=64)]
Hidden = Annotated[str, msgspec.Meta(max_length=1_000)]
MERCHANT, PERSON, SUB_PERSON = "MERCHANT_ID", "PERSONAL_OPENID", "PERSONAL_SUB_OPENID"
_KINDS = {
    MERCHANT: ReceiverKind.MERCHANT,
    PERSON: ReceiverKind.PERSON,
    SUB_PERSON: ReceiverKind.PERSON,
}
RESULTS = {PartState.DONE: "SUCCESS", PartState.CLOSED: "CLOSED"}


class Apps(msgspec.Struct, frozen=True, kw_only=True):
    """By which accounts openids are meant."""

    appid: str = ""
    sub_appid: str = ""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What one receiver is to get, as it is written."""

    type: str
    account: str
    amount: int
    description: str
    name: str = ""


class SharingBody(msgspec.Struct, frozen=True, kw_only=True):
    """A sharing, whatever its form."""

    transaction_id: Number
    out_order_no: Number
    receivers: Sequence[Wanted]
    is_last: bool
    description: str = ""
    apps: Apps = Apps()
    is_plain: bool = False
    """Receivers' names are not hidden, as in the second interface."""


async def find_payee(call: Call, sub_mchid: str) -> Payee:
    """The merchant that was paid: the caller, or one for whom it may share."""
    if not sub_mchid:
        return call.payee
    payee, _ = await call.act_for(sub_mchid, Scope.SHARE)
    return payee


async def find_kind(call: Call, kind: str, apps: Apps, payee: Payee) -> tuple[ReceiverKind, Id]:
    """What a receiver is, and the account that knows its openid.

    Raises WireError `PARAM_ERROR`, `APPID_MCHID_NOT_MATCH`.
    """
    found = _KINDS.get(kind)
    if found is None:
        raise bad("分账接收方类型不正确", "type")
    if found is ReceiverKind.MERCHANT:
        return found, NONE
    is_sub = kind == SUB_PERSON
    appid = apps.sub_appid if is_sub else apps.appid
    channel = await call.read_channel(appid, payee if is_sub else None)
    return found, Id(channel.channel_id)


def find_charge_id(transaction_id: str) -> ChargeId:
    """The charge of a number. Raises NotFound `split.no_such_charge`."""
    found = charge_id_of(transaction_id)
    if not found:
        raise NotFound("split.no_such_charge")
    return found


async def share(
    call: Call, form: Form, payee: Payee, body: SharingBody, brand: Payee | None = None
) -> Sharing:
    """Share what a charge of a payee brought."""
    shares = []
    for place, one in enumerate(body.receivers):
        kind, channel_id = await find_kind(call, one.type, body.apps, payee)
        shares.append(
            {
                "kind": kind,
                "account": one.account,
                "channel_id": channel_id,
                "amount_fen": one.amount,
                "description": one.description,
                "name": one.name
                if body.is_plain
                else call.decrypt(one.name, f"receivers/{place}/name"),
            }
        )
    command = call.command(
        ShareCharge,
        payee_id=payee.merchant_id,
        brand_id=MerchantId(0) if brand is None else brand.merchant_id,
        form=form,
        charge_id=find_charge_id(body.transaction_id),
        out_no=body.out_order_no,
        shares=shares,
        is_last=body.is_last,
        description=body.description,
    )
    return await call.run(share_charge, command)


async def find_sharing(
    call: Call, payee: Payee, *, out_order_no: str, order_id: str = "", transaction_id: str = ""
) -> Sharing:
    """A sharing by one of its numbers. Raises NotFound `split.not_found`."""
    query = call.command(
        ReadSharing,
        payee_id=payee.merchant_id,
        out_no=out_order_no,
        sharing_id=_sharing_id(order_id),
        charge_id=find_charge_id(transaction_id) if transaction_id else NONE,
    )
    return await call.run(read_sharing, query)


class ReturnBody(msgspec.Struct, frozen=True, kw_only=True):
    """What a receiver is to give back."""

    out_return_no: Number
    return_mchid: str
    amount: int
    description: str
    sub_mchid: str = ""
    order_id: Number = ""
    out_order_no: Number = ""


async def bring_back(call: Call, body: ReturnBody) -> tuple[Payee, ReturnOfSharing]:
    """Have a receiver give something back."""
    payee = await find_payee(call, body.sub_mchid)
    # Programs may name a sharing by both of its numbers: ours goes first.
    command = call.command(
        ReturnShare,
        payee_id=payee.merchant_id,
        out_no="" if body.order_id else body.out_order_no,
        sharing_id=_sharing_id(body.order_id),
        out_return_no=body.out_return_no,
        payer_mchid=body.return_mchid,
        amount_fen=body.amount,
        description=body.description,
    )
    made = await call.run(return_share, command)
    return payee, await read_back(call, payee, made.out_return_no)


async def read_back(call: Call, payee: Payee, out_return_no: str) -> ReturnOfSharing:
    """What a receiver gave back under a number."""
    query = call.command(ReadShareReturn, payee_id=payee.merchant_id, out_return_no=out_return_no)
    return await call.run(read_share_return, query)


def tell_return(call: Call, payee: Payee, found: ReturnOfSharing, number: str) -> dict[str, Any]:
    """What a receiver gave back; `number` is how a form calls our number of it."""
    one = found.share_return
    return pruned(
        {
            "sub_mchid": tell_sub(call, payee),
            "order_id": found.sharing.sharing_no,
            "out_order_no": found.sharing.out_no,
            "out_return_no": one.out_return_no,
            number: one.return_no,
            "return_mchid": one.payer_mchid,
            "amount": one.amount_fen,
            "description": one.description,
            "result": "SUCCESS",
            "create_time": wire_time(one.returned_at),
            "finish_time": wire_time(one.returned_at),
        }
    )


def tell_sub(call: Call, payee: Payee) -> str:
    """How a merchant is named for whom another acts; empty for the caller itself."""
    return "" if payee.mchid == call.payee.mchid else payee.mchid


def tell_part(one: Part, sharing: Sharing) -> dict[str, Any]:
    """What a receiver got."""
    kind = MERCHANT if one.kind is ReceiverKind.MERCHANT else PERSON
    return pruned(
        {
            "type": kind,
            "account": one.account,
            "amount": one.amount_fen,
            "description": one.description,
            "result": RESULTS[one.state],
            "fail_reason": one.fail_reason,
            "detail_id": number_of(PART, one.part_id),
            "create_time": wire_time(sharing.created_at),
            "finish_time": wire_time(sharing.created_at),
        }
    )


def tell_rest(sharing: Sharing, payee: Payee) -> list[Mapping[str, Any]]:
    """What was left over, which is told as if the merchant were its own receiver."""
    if not sharing.unfrozen_fen:
        return []
    return [
        {
            "type": MERCHANT,
            "account": payee.mchid,
            "amount": sharing.unfrozen_fen,
            "description": sharing.description or "解冻给分账方",
            "result": "SUCCESS",
            "detail_id": number_of(PART, sharing.sharing_id),
            "create_time": wire_time(sharing.created_at),
            "finish_time": wire_time(sharing.created_at),
        }
    ]


async def tell_amounts(call: Call, transaction_id: str) -> dict[str, Any]:
    """What still waits to be shared of a charge that the caller asked for, or was paid."""
    charge = await call.run(
        read_charge, call.command(ReadCharge, charge_id=find_charge_id(transaction_id))
    )
    return {"transaction_id": charge.transaction_no, "unsplit_amount": charge.unsplit_fen}


def _sharing_id(order_id: str) -> SharingId:
    if not order_id:
        return SharingId(0)
    found = id_in(order_id, SHARING)
    if not found:
        raise NotFound("split.not_found")
    return SharingId(found)
