"""Shares: who may get some of what trades bring, and giving it to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from banyan.base.paging import Page
from banyan.doors.alipay.endpoint import Call, endpoint
from banyan.doors.alipay.errors import WireError
from banyan.doors.alipay.trades import NamedTrade, read_trade
from banyan.parties.ids import MerchantId
from banyan.parties.merchants import ListPublicMerchants, list_public_merchants
from banyan.pay.alipayapps import FindSellers, find_sellers
from banyan.pay.payees import ListPayees, list_payees
from banyan.pay.split import (
    AddReceiver,
    DeleteReceiver,
    ListReceivers,
    Receiver,
    ReceiverKind,
    ShareCharge,
    add_receiver,
    delete_receiver,
    list_receivers,
    share_charge,
)
from banyan.wire.alipay import parse_yuan

_receivers_max = 20
_relation = "PARTNER"
_whole_percent = 100
_page_max = 100
_types = frozenset({"", "userId"})
_unknown = WireError("40004", "ACQ.ROYALTY_ACCOUNT_NOT_EXIST", "分账账户不存在")
_unbound = WireError("40004", "ACQ.ROYALTY_RECEIVER_INVALID", "分账收款方未绑定分账关系")


class Bond(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may get shares."""

    type: str = ""
    account: str = ""
    name: str = ""
    memo: str = ""


class Bonds(msgspec.Struct, frozen=True, kw_only=True):
    """Those who may get shares, or no more."""

    receiver_list: list[Bond] = []
    out_request_no: str = ""


class BondPage(msgspec.Struct, frozen=True, kw_only=True):
    """Which of them are wanted."""

    page_num: str = "1"
    page_size: str = "20"
    out_request_no: str = ""


class Royalty(msgspec.Struct, frozen=True, kw_only=True):
    """What one of them is to get."""

    royalty_type: str = "transfer"
    trans_out: str = ""
    trans_in: str = ""
    trans_in_type: str = ""
    amount: str = ""
    amount_percentage: str = ""
    desc: str = ""


class NewSettlement(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to get what of a trade."""

    trade_no: str = ""
    out_request_no: str = ""
    royalty_parameters: list[Royalty] = []
    extend_params: dict[str, Any] = {}


@endpoint("alipay.trade.royalty.relation.bind", lacks="people: merchants only")
async def bind(call: Call, asked: Bonds) -> dict[str, Any]:
    """Let merchants get shares of what one's trades bring."""
    found = await _read_bonds(call, asked)
    names = await _find_names(call, [one for one, _ in found.values()])
    for bond in asked.receiver_list:
        merchant_id, mchid = found[bond.account]
        command = call.command(
            AddReceiver,
            kind=ReceiverKind.MERCHANT.value,
            account=mchid,
            name=bond.name or names[merchant_id],
            relation=_relation,
        )
        await call.run(add_receiver, command)
    return {"result_code": "SUCCESS"}


@endpoint("alipay.trade.royalty.relation.unbind", lacks="people: merchants only")
async def unbind(call: Call, asked: Bonds) -> dict[str, Any]:
    """Let merchants get no more shares."""
    for _, mchid in (await _read_bonds(call, asked)).values():
        command = call.command(DeleteReceiver, kind=ReceiverKind.MERCHANT.value, account=mchid)
        await call.run(delete_receiver, command)
    return {"result_code": "SUCCESS"}


@endpoint("alipay.trade.royalty.relation.batchquery", lacks="people: merchants only")
async def list_bonds(call: Call, asked: BondPage) -> dict[str, Any]:
    """Which merchants may get shares."""
    for name in ("page_num", "page_size"):
        if (
            not getattr(asked, name).isdecimal()
            or not 1 <= int(getattr(asked, name)[:6]) <= _page_max
        ):
            raise call.wrong(name)
    size, place = int(asked.page_size), int(asked.page_num) - 1
    bound = [one for one in await _list_all(call) if one.kind is ReceiverKind.MERCHANT]
    query = FindSellers(merchant_ids=[MerchantId(int(one.receiver_id)) for one in bound])
    sellers = (await call.run_as_banyan(find_sellers, query)).items
    shown = [
        {"type": "userId", "account": sellers[int(one.receiver_id)], "memo": ""}
        for one in bound
        if int(one.receiver_id) in sellers
    ]
    return {
        "result_code": "SUCCESS",
        "receiver_list": shown[place * size : (place + 1) * size],
        "total_page_num": -(-len(shown) // size),
        "total_record_num": len(shown),
        "current_page_num": place + 1,
        "current_page_size": size,
    }


@endpoint(
    "alipay.trade.order.settle",
    lacks="trades that were not asked for with royalty_freeze; people: merchants only",
)
async def settle(call: Call, asked: NewSettlement) -> dict[str, Any]:
    """Give merchants parts of what a trade brought; the same number again gives nothing more."""
    if not asked.out_request_no or not asked.trade_no:
        raise call.wrong("out_request_no" if asked.trade_no else "trade_no")
    if len(asked.royalty_parameters) > _receivers_max:
        raise call.wrong("royalty_parameters")
    charge = await read_trade(call, NamedTrade(trade_no=asked.trade_no))
    wanted = {one.trans_in: one for one in asked.royalty_parameters}
    if len(wanted) < len(asked.royalty_parameters) or "" in wanted:
        raise call.wrong("trans_in")
    found = await _find_payees(call, wanted)
    bound = {int(one.receiver_id) for one in await _list_all(call)}
    if any(merchant_id not in bound for merchant_id, _ in found.values()):
        raise _unbound
    command = call.command(
        ShareCharge,
        charge_id=str(int(charge.charge_id)),
        out_no=asked.out_request_no,
        shares=[
            {
                "kind": ReceiverKind.MERCHANT.value,
                "account": found[number][1],
                "amount_fen": _read_amount(call, one, charge.total_fen),
                "description": one.desc[:80] or "分账",
            }
            for number, one in wanted.items()
        ],
        is_last=str(asked.extend_params.get("royalty_finish", "")).lower() == "true",
    )
    done = await call.run(share_charge, command)
    return {"trade_no": charge.transaction_no, "settle_no": str(int(done.sharing_id))}


def _read_amount(call: Call, one: Royalty, total_fen: int) -> int:
    if one.trans_out and one.trans_out != call.caller.seller_id:
        raise call.wrong("trans_out")
    if one.trans_in_type not in _types:
        raise call.wrong("trans_in_type")
    amount_fen = parse_yuan(one.amount) if one.amount else None
    if not one.amount and one.amount_percentage.isdecimal():
        amount_fen = total_fen * int(one.amount_percentage[:4]) // _whole_percent
    if not amount_fen:
        raise call.wrong("amount")
    return amount_fen


async def _read_bonds(call: Call, asked: Bonds) -> Mapping[str, tuple[int, str]]:
    if not 1 <= len(asked.receiver_list) <= _receivers_max:
        raise call.wrong("receiver_list")
    if any(one.type not in _types or not one.account for one in asked.receiver_list):
        raise call.wrong("receiver_list")
    return await _find_payees(call, [one.account for one in asked.receiver_list])


async def _find_payees(call: Call, numbers: Sequence[str] | Mapping[str, object]) -> dict[str, Any]:
    """The merchant behind each seller's number, and its number at payments over the wire."""
    query = FindSellers(numbers=[one[:32] for one in numbers])
    sellers = (await call.run_as_banyan(find_sellers, query)).items
    by_number = {number: merchant_id for merchant_id, number in sellers.items()}
    payees = await call.run_as_banyan(
        list_payees, ListPayees(merchant_ids=[MerchantId(one) for one in sellers])
    )
    mchids = {int(one.merchant_id): one.mchid for one in payees.items}
    found = {}
    for number in numbers:
        merchant_id = by_number.get(number, 0)
        if merchant_id not in mchids:
            raise _unknown
        found[number] = (merchant_id, mchids[merchant_id])
    return found


async def _find_names(call: Call, merchant_ids: Sequence[int]) -> dict[int, str]:
    query = ListPublicMerchants(merchant_ids=[MerchantId(one) for one in merchant_ids])
    page = await call.run_as_banyan(list_public_merchants, query)
    return {int(one.merchant_id): one.name for one in page.items}


async def _list_all(call: Call) -> list[Receiver]:
    found: list[Receiver] = []
    cursor = None
    while True:
        query = call.command(ListReceivers, limit=_page_max, cursor=cursor)
        page: Page[Receiver] = await call.run(list_receivers, query)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


ENDPOINTS = (bind, unbind, list_bonds, settle)
