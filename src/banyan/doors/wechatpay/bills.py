"""Bills of a day: asked for, then fetched from an address that lasts five minutes."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from banyan.doors.wechatpay.bill_columns import render_funds, render_shares, render_trade
from banyan.doors.wechatpay.endpoint import Bytes, Call, china, endpoint
from banyan.doors.wechatpay.errors import WireError, bad
from banyan.parties.ids import MerchantId
from banyan.pay.payees import Scope
from banyan.views.bills import (
    PORTS,
    BillKind,
    BillLink,
    Part,
    ReadFundBill,
    ReadShareBill,
    ReadTradeBill,
    read_fund_bill,
    read_share_bill,
    read_trade_bill,
)
from banyan.wire.wechatpay import digest_bill, pack_bill

LASTS = timedelta(minutes=5)
_months_back = timedelta(days=92)
_ready = time(10)
_key_bytes = 16
_nonce_bytes = 6
_networks = ("own", "wechat")
_parts = {"ALL": Part.ALL, "SUCCESS": Part.PAID, "REFUND": Part.REFUNDED}
_gzip = "application/gzip"
_text = "text/plain; charset=utf-8"

_NONE = WireError(400, "NO_STATEMENT_EXIST", "账单文件不存在")
_LATER = WireError(400, "STATEMENT_CREATING", "账单生成中，请在次日10点后再试")
_EXPIRED = WireError(400, "INVALID_REQUEST", "下载地址已失效，请重新申请账单")
_STRANGER = WireError(403, "NO_AUTH", "下载地址不属于该商户")

_Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)")]
_Mchid = Annotated[str, msgspec.Meta(max_length=32)]
_Tar = Literal["GZIP", ""]
_Account = Literal["BASIC", "OPERATION", "FEES", "ALL", "DEPOSIT"]


class TradeBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which trade bill."""

    bill_date: _Day
    bill_type: Literal["ALL", "SUCCESS", "REFUND"] = "ALL"
    tar_type: _Tar = ""
    sub_mchid: _Mchid = ""


class SharesBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which bill of shares."""

    bill_date: _Day
    tar_type: _Tar = ""
    sub_mchid: _Mchid = ""


class FundsBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which fund flow bill."""

    bill_date: _Day
    account_type: _Account = "BASIC"
    tar_type: _Tar = ""


class SubFundsBody(FundsBody, frozen=True, kw_only=True):
    """Which fund flow bill of one of those whom a provider serves."""

    sub_mchid: _Mchid
    algorithm: Literal["AEAD_AES_256_GCM"]


class FileBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which file."""

    token: Annotated[str, msgspec.Meta(max_length=4_000)]


@endpoint("GET", "/v3/bill/tradebill")
async def trade_bill(call: Call, body: TradeBody) -> dict[str, Any]:
    """Where a day's trade can be fetched; a provider's bill has all whom it serves, or one."""
    return await _address(call, await _trade_link(call, body))


@endpoint("GET", "/v3/profitsharing/bills")
async def share_bill(call: Call, body: SharesBody) -> dict[str, Any]:
    """Where can be fetched what was shared on a day, and what receivers gave back."""
    payee_id = MerchantId(0)
    if body.sub_mchid:
        payee, _ = await call.act_for(body.sub_mchid, Scope.BILLS, Scope.FUNDS)
        payee_id = payee.merchant_id
    link = _link(call, BillKind.SHARES, body.bill_date, body.tar_type)
    link = msgspec.structs.replace(link, payee_id=payee_id)
    return await _address(call, link)


@endpoint("GET", "/v3/bill/fundflowbill", lacks="accounts for operations and fees: one has it all")
async def fund_bill(call: Call, body: FundsBody) -> dict[str, Any]:
    """Where a day's movements of money can be fetched."""
    return await _address(call, _fund_link(call, body))


@endpoint("GET", "/v3/bill/sub-merchant-fundflowbill", lacks="SM4; other accounts")
async def sub_fund_bill(call: Call, body: SubFundsBody) -> dict[str, Any]:
    """The same of one whom a provider serves, hidden by a key that only the provider can read."""
    payee, _ = await call.act_for(body.sub_mchid, Scope.BILLS, Scope.FUNDS)
    link = _link(call, BillKind.FUNDS, body.bill_date, body.tar_type)
    _check_account(body.account_type)
    key, nonce = secrets.token_hex(_key_bytes), secrets.token_hex(_nonce_bytes)
    link = msgspec.structs.replace(link, payee_id=payee.merchant_id, key=key, nonce=nonce)
    told = await _address(call, link)
    told |= {"bill_sequence": 1, "encrypt_key": call.encrypt(key), "nonce": nonce}
    return {"download_bill_count": 1, "download_bill_list": [told]}


@endpoint("GET", "/v3/billdownload/file")
async def bill_file(call: Call, body: FileBody) -> Bytes:
    """A bill; of the same books always the same bytes."""
    link = PORTS.read(body.token)
    if link is None:
        raise _EXPIRED
    if link.merchant_id != call.payee.merchant_id:
        raise _STRANGER
    if link.expires_at < call.now:
        raise _EXPIRED
    content = await _render(call, link)
    if link.is_packed:
        content = await asyncio.to_thread(pack_bill, content)
    if link.key:
        content = AESGCM(link.key.encode()).encrypt(link.nonce.encode(), content, None)
        return Bytes(content, "application/octet-stream")
    return Bytes(content, _gzip if link.is_packed else _text)


async def find_trade(call: Call, body: TradeBody) -> bytes:
    """A day's trade itself. Raises WireError for a day that has none, or none yet."""
    return await _render(call, await _trade_link(call, body))


async def find_funds(call: Call, body: FundsBody) -> bytes:
    """A day's movements of money. Raises WireError for a day that has none, or none yet."""
    return await _render(call, _fund_link(call, body))


async def _trade_link(call: Call, body: TradeBody) -> BillLink:
    payee_id = MerchantId(0)
    if body.sub_mchid:
        payee, _ = await call.act_for(body.sub_mchid, Scope.BILLS, Scope.FUNDS)
        payee_id = payee.merchant_id
    link = _link(call, BillKind.TRADE, body.bill_date, body.tar_type)
    return msgspec.structs.replace(link, payee_id=payee_id, part=_parts[body.bill_type])


def _fund_link(call: Call, body: FundsBody) -> BillLink:
    link = _link(call, BillKind.FUNDS, body.bill_date, body.tar_type)
    _check_account(body.account_type)
    return link


def _link(call: Call, kind: BillKind, day: str, tar_type: str) -> BillLink:
    """The bill that is asked for. Raises WireError for a day that has none, or none yet."""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise bad("bill_date不是合法的日期", "bill_date") from None
    today = call.now.astimezone(china).date()
    if on >= today:
        raise bad("只能查询今天之前的账单", "bill_date")
    if on < today - _months_back:
        raise bad("只能查询三个月以内的账单", "bill_date")
    if call.now < datetime.combine(on + timedelta(days=1), _ready, china):
        raise _LATER
    return BillLink(
        merchant_id=call.payee.merchant_id,
        kind=kind,
        on=on,
        expires_at=call.now + LASTS,
        is_packed=tar_type == "GZIP",
    )


def _check_account(account_type: str) -> None:
    if account_type not in {"BASIC", "ALL"}:
        # All money of a merchant is in its basic account, hence nothing ever happens in others.
        raise _NONE


async def _address(call: Call, link: BillLink) -> dict[str, Any]:
    content = await _render(call, link)
    tail = "&tartype=gzip" if link.is_packed else ""
    return {
        "hash_type": "SHA1",
        "hash_value": digest_bill(content),
        "download_url": f"{call.base_url}/v3/billdownload/file?token={PORTS.write(link)}{tail}",
    }


async def _render(call: Call, link: BillLink) -> bytes:
    """The file of a bill. Raises WireError `NO_STATEMENT_EXIST` if nothing happened."""
    reader = call
    if link.payee_id:
        payee_mchid = await call.directory.find_mchid(int(link.payee_id))
        _, reader = await call.act_for(payee_mchid, Scope.BILLS, Scope.FUNDS)
    if link.kind is BillKind.TRADE:
        trade = await call.run(
            read_trade_bill,
            call.command(
                ReadTradeBill,
                on=link.on,
                part=link.part,
                payee_id=link.payee_id,
                networks=list(_networks),
            ),
        )
        return await _some(trade.lines, lambda: render_trade(trade, link.part))
    if link.kind is BillKind.SHARES:
        reading = call.command(ReadShareBill, on=link.on, payee_id=link.payee_id)
        shares = await call.run(read_share_bill, reading)
        return await _some(shares.lines, lambda: render_shares(shares))
    query = ReadFundBill(
        merchant_id=link.payee_id or link.merchant_id, since=link.on, until=link.on
    )
    funds = await reader.run(read_fund_bill, query)
    applicant = call.payee.mchid
    return await _some(funds.flows, lambda: render_funds(funds, applicant))


async def _some(lines: Sequence[object], render: Callable[[], bytes]) -> bytes:
    if not lines:
        raise _NONE
    # A hundred thousand lines take seconds: others are answered meanwhile.
    return await asyncio.to_thread(render)
