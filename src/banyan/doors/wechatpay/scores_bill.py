"""What was paid of a service on one day: a bill that only the merchant's program can read."""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import hmac
import io
import secrets
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec

from banyan.base.errors import Refusal
from banyan.doors.wechatpay.endpoint import Bytes, Call, china, endpoint, wire_time
from banyan.doors.wechatpay.errors import WireError, bad
from banyan.pay.scores import ListPaidOrders, PaidBy, ScoreOrder, list_paid_orders
from banyan.wire.wechatpay import ALGORITHM, seal_resource

_path = "/v3/payscore/merchant-bill"
_days_back = timedelta(days=92)
_nonce_bytes = 6
_key_length = 32
_columns = (
    "收款时间",
    "商户号",
    "服务ID",
    "商户服务订单号",
    "微信支付服务订单号",
    "微信支付订单号",
    "用户标识",
    "收款方式",
    "金额(元)",
    "商户数据包",
)
_none = WireError(400, "NO_STATEMENT_EXIST", "账单文件不存在")

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class BillBody(msgspec.Struct, frozen=True, kw_only=True):
    """Of which day and service."""

    bill_date: Word
    service_id: Word
    tar_type: Annotated[str, msgspec.Meta(pattern="^(GZIP)?$")] = "GZIP"
    encryption_algorithm: Annotated[str, msgspec.Meta(pattern=f"^{ALGORITHM}$")]


class FileBody(msgspec.Struct, frozen=True, kw_only=True):
    """Which file; by its nonce the key is found again."""

    bill_date: Word
    service_id: Word
    nonce: Word


@endpoint("GET", _path)
async def find_bill(call: Call, body: BillBody) -> dict[str, Any]:
    """Where the bill is, and its key, hidden from all but the merchant's program."""
    plain = await _write(call, body.bill_date, body.service_id)
    nonce = secrets.token_hex(_nonce_bytes)
    named = {"bill_date": body.bill_date, "service_id": body.service_id, "nonce": nonce}
    bill = {
        "bill_sequence": 1,
        "hash_type": "SHA1",
        "hash_value": hashlib.sha1(plain).hexdigest(),  # noqa: S324 - the protocol's own
        "download_url": f"{call.base_url}{_path}/file?{urlencode(named)}",
        "encrypt_key": call.encrypt(_key_of(call, **named)),
        "nonce": nonce,
    }
    return {"download_bill_count": 1, "download_bill_list": [bill]}


@endpoint("GET", f"{_path}/file")
async def download_bill(call: Call, body: FileBody) -> Bytes:
    """The bill: packed, then sealed."""
    plain = await _write(call, body.bill_date, body.service_id)
    key = _key_of(call, body.bill_date, body.service_id, body.nonce)
    # Of the same bill the same bytes: no time is packed with it.
    sealed = seal_resource(key, gzip.compress(plain, mtime=0), "", body.nonce)
    return Bytes(base64.b64decode(sealed), "application/octet-stream")


async def _write(call: Call, bill_date: str, service_id: str) -> bytes:
    try:
        day = date.fromisoformat(bill_date)
    except ValueError:
        raise bad("日期格式应为YYYY-MM-DD", "bill_date") from None
    since = datetime.combine(day, time(), china)
    if not since <= call.now <= since + _days_back:
        raise bad("只能下载近三个月的账单", "bill_date")
    reading = call.command(
        ListPaidOrders, scheme_id=service_id, since=since, until=since + timedelta(days=1)
    )
    orders = (await call.run(list_paid_orders, reading)).items
    if not orders:
        raise _none
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(_columns)
    lines.writerows(_line(call, one) for one in orders)
    lines.writerow(("总单数", "总金额(元)"))
    total_fen = sum(one.total_fen for one in orders)
    lines.writerow((f"`{len(orders)}", f"`{_yuan(total_fen)}"))
    return text.getvalue().encode()


def _line(call: Call, order: ScoreOrder) -> list[str]:
    # What stands behind a mark is text to every sheet, also what could be taken for a formula.
    return [
        f"`{one}"
        for one in (
            wire_time(order.paid_at),
            call.payee.mchid,
            int(order.scheme_id),
            order.out_no,
            int(order.order_id),
            order.transaction_no,
            order.openid,
            "NEWTON" if order.paid_by is PaidBy.BANYAN else "MCH",
            _yuan(order.total_fen),
            order.terms.attach,
        )
    ]


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _key_of(call: Call, bill_date: str, service_id: str, nonce: str) -> str:
    own = call.keys.keys.apiv3_key
    if own is None:
        raise Refusal("payees.no_api_key")
    said = f"{bill_date}|{service_id}|{nonce}".encode()
    return hmac.new(own.reveal().encode(), said, hashlib.sha256).hexdigest()[:_key_length]
