"""What merchants' servers are told, in Alipay's words: signed forms, until they say success."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import msgspec

from banyan.base.errors import Refusal
from banyan.base.json import decode
from banyan.books.work import SYSTEM
from banyan.doors.alipay.cashier import read_app, sign_told
from banyan.doors.alipay.endpoint import Office, render_time
from banyan.doors.alipay.telling import (
    TradeStatus,
    describe_buyer,
    describe_numbers,
    list_funds,
    list_vouchers,
    read_status,
)
from banyan.parties.people import PersonId
from banyan.pay.alipayapps import AppActor, ListApps, Named, NamePeople, list_apps, name_people
from banyan.pay.charges import CLOSED, FINISHED, PAID, REFUNDED, Charge, ChargeRefund, RefundMade
from banyan.pay.notifications import Telling, Written
from banyan.wire.alipay import render_yuan

_form = "application/x-www-form-urlencoded; charset=utf-8"
_ok = 200


class AlipayTeller:
    """Puts into words what becomes of trades."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def write(self, telling: Telling, at: datetime) -> Written:
        """The form, signed. Raises NotFound `alipayapps.not_found` once the app is closed."""
        charge, refund = _read(telling)
        caller = await read_app(self._office, charge)
        told = await self._describe(telling, caller, charge, refund)
        told["notify_time"] = render_time(at)
        form = sign_told(caller, charge, told)
        return Written(
            body=urlencode(form).encode(),
            media_type=_form,
            facts={"app_id": told["app_id"], "out_trade_no": charge.out_no},
        )

    async def describe(self, telling: Telling) -> Mapping[str, Any]:
        """What it says."""
        charge, refund = _read(telling)
        caller = await read_app(self._office, charge)
        return await self._describe(telling, caller, charge, refund)

    def forget(self) -> None:
        """Nothing is remembered."""

    def is_taken(self, status: int, body: bytes | None) -> bool:
        """Whether a server that answers so has taken it."""
        return status == _ok and (body or b"").strip().lower() == b"success"

    async def _describe(
        self, telling: Telling, caller: AppActor, charge: Charge, refund: ChargeRefund | None
    ) -> dict[str, str]:
        note = telling.notification
        at = note.created_at
        extra = charge.facts.extra
        buyer = await self._name(caller, charge)
        told: dict[str, Any] = {
            "notify_time": render_time(at),
            "notify_type": "trade_status_sync",
            "notify_id": f"{render_time(at)[:10].replace('-', '')}{int(note.notification_id)}",
            "app_id": str(int(caller.app.app_id)),
            "auth_app_id": str(int(caller.app.app_id)),
            "charset": "utf-8",
            "version": "1.0",
            **describe_numbers(charge),
            "seller_id": await self._find_seller(caller, charge),
            "trade_status": read_status(charge, at).value,
            "subject": charge.facts.description,
            "body": extra.get("body", ""),
            "passback_params": extra.get("passback_params", ""),
            "gmt_create": render_time(charge.created_at),
            "total_amount": render_yuan(charge.total_fen),
            **_buyer(buyer),
            **_paid(charge),
        }
        if told["trade_status"] == TradeStatus.CLOSED:
            told["gmt_close"] = render_time(charge.closed_at or at)
        if charge.refunded_fen:
            told["refund_fee"] = render_yuan(charge.refunded_fen)
        if refund is not None:
            told["gmt_refund"] = render_time(refund.refunded_at)
            told["out_biz_no"] = refund.facts.extra.get("out_request_no", "")
        # SDKs sign what is empty, or do not: nothing is.
        return {name: str(value) for name, value in told.items() if value != ""}

    async def _name(self, caller: AppActor, charge: Charge) -> Named | None:
        if not charge.payer_id:
            return None
        command = NamePeople(
            app_id=caller.app.app_id,
            merchant_id=charge.merchant_id,
            person_ids=[PersonId(charge.payer_id)],
        )
        named = await self._office.run(name_people, command, SYSTEM)
        return named[0] if named else None

    async def _find_seller(self, caller: AppActor, charge: Charge) -> str:
        if caller.merchant_id == charge.merchant_id:
            return caller.seller_id
        # A provider's app acted for somebody else.
        listing = ListApps(merchant_id=charge.merchant_id)
        return (await self._office.run(list_apps, listing, SYSTEM)).seller_id


def _read(telling: Telling) -> tuple[Charge, ChargeRefund | None]:
    note = telling.notification
    try:
        if note.kind in {PAID, CLOSED, FINISHED}:
            return decode(telling.data, Charge), None
        if note.kind == REFUNDED:
            made: RefundMade = decode(telling.data, RefundMade)
            return made.charge, made.refund
    except msgspec.MsgspecError:
        pass
    raise Refusal("notifications.no_words", kind=note.kind)


def _buyer(buyer: Named | None) -> dict[str, str]:
    told = describe_buyer(buyer)
    if told:
        told["buyer_id"] = told.pop("buyer_user_id")
    return told


def _paid(charge: Charge) -> dict[str, str]:
    if charge.paid_at is None:
        return {}
    told = {
        "gmt_payment": render_time(charge.paid_at),
        "receipt_amount": render_yuan(charge.settled_fen),
        "buyer_pay_amount": render_yuan(charge.payer_fen),
        "invoice_amount": render_yuan(charge.payer_fen),
        "point_amount": render_yuan(0),
        "fund_bill_list": _compact(
            [
                {"amount": one["amount"], "fundChannel": one["fund_channel"]}
                for one in list_funds(charge)
            ]
        ),
    }
    vouchers = list_vouchers(charge)
    return told | ({"voucher_detail_list": _compact(vouchers)} if vouchers else {})


def _compact(value: object) -> str:
    return msgspec.json.encode(value).decode()
