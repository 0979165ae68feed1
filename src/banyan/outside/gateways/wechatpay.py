"""WeChat Pay, asked through its SDK; the methods wait for answers: they belong in a thread."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

import msgspec
import requests
from wechatpayv3 import WeChatPayType

from banyan.base.clock import Clock
from banyan.base.secret import digest
from banyan.outside.gateways.wechatpay_client import BadKeys, Client, call
from banyan.pay.gateways import (
    Asked,
    AskedRefund,
    Created,
    Forged,
    Keys,
    KeyTrouble,
    Learned,
    LearnedRefund,
    Notice,
    Outcome,
    RefundOutcome,
    Refused,
    StatementLine,
    Unreachable,
    Unreadable,
    Way,
    WeChatPayKeys,
)
from banyan.wire.statements import BadStatement, gunzip, parse_wechatpay

HOST = "https://api.mch.weixin.qq.com"
_china = timezone(timedelta(hours=8))
_clients_max = 1_000
_renewed_least = timedelta(minutes=1)
_description_max = 127
_reason_max = 80
_some_ip = "127.0.0.1"
_types = {
    Way.CODE: WeChatPayType.NATIVE,
    Way.WEB: WeChatPayType.H5,
    Way.JSAPI: WeChatPayType.JSAPI,
}
_outcomes = {
    "SUCCESS": Outcome.PAID,
    "REFUND": Outcome.PAID,
    "NOTPAY": Outcome.UNPAID,
    "USERPAYING": Outcome.UNPAID,
    "PAYERROR": Outcome.UNPAID,
    "CLOSED": Outcome.CLOSED,
    "REVOKED": Outcome.CLOSED,
}
_refund_outcomes = {
    "SUCCESS": RefundOutcome.DONE,
    "PROCESSING": RefundOutcome.UNDER_WAY,
    "ABNORMAL": RefundOutcome.STUCK,
    "CLOSED": RefundOutcome.REFUSED,
}
_unknown = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS", "NOT_FOUND"})
_closed = frozenset({"ORDER_CLOSED", "ORDERCLOSED"})
_used = frozenset({"INVALID_REQUEST", "OUT_TRADE_NO_USED", "ORDERPAID", "ORDER_PAID"})
_no_money = frozenset({"NOT_ENOUGH", "NOTENOUGH"})
_no_bill = "NO_STATEMENT_EXIST"
_bill_later = "STATEMENT_CREATING"
_not_found = 404


class WeChatPayProvider:
    """WeChat Pay at a host: the real one, or another Banyan."""

    def __init__(self, host: str = HOST) -> None:
        """`host` such as `https://api.mch.weixin.qq.com`: of the settings, never a merchant's."""
        self._host = host
        self._clients: dict[bytes, Client] = {}
        self._lock = threading.Lock()

    def create(self, keys: Keys, asked: Asked) -> Created | Learned:
        """Take on a payment; the same number again is the same one, with a fresh link."""
        client = self._open(keys)
        if asked.way not in _types:
            raise Refused(f"WeChat Pay has no way {asked.way.value}")
        told = call(client.pay, **_ask(asked))
        if told.is_yes:
            return _lead(client, asked, told.content)
        if told.is_no and told.code in _closed:
            return Learned(outcome=Outcome.CLOSED)
        if told.is_no and told.code in _used:
            found = self.query(keys, asked.out_no)
            if found.outcome in {Outcome.PAID, Outcome.CLOSED}:
                return found
        if told.is_no or told.status == 401:  # noqa: PLR2004
            raise Refused(told.why)
        raise told.fail()

    def query(self, keys: Keys, out_no: str) -> Learned:
        """How it is with a payment."""
        told = call(self._open(keys).query, out_trade_no=out_no)
        if told.status == _not_found and told.code in _unknown:
            return Learned(outcome=Outcome.UNKNOWN_NUMBER)
        if not told.is_yes:
            raise told.fail()
        return _read_payment(keys, told.content, out_no)

    def close(self, keys: Keys, out_no: str) -> Learned:
        """Let nobody pay any more."""
        told = call(self._open(keys).close, out_trade_no=out_no)
        if told.is_yes or (told.is_no and told.code in _closed):
            return Learned(outcome=Outcome.CLOSED)
        if told.status == _not_found and told.code in _unknown:
            return Learned(outcome=Outcome.UNKNOWN_NUMBER)
        if told.is_no:
            # It is not waiting to be paid: either it was, or it is closed.
            return self.query(keys, out_no)
        raise told.fail()

    def refund(self, keys: Keys, asked: AskedRefund) -> LearnedRefund:
        """Give back; the same number again is the same refund."""
        fields: dict[str, Any] = {
            "out_refund_no": asked.out_refund_no,
            "out_trade_no": asked.out_no,
            "amount": {
                "refund": asked.amount_fen,
                "total": asked.total_fen,
                "currency": asked.currency,
            },
            "notify_url": asked.notify_url,
        }
        if asked.reason:
            fields["reason"] = asked.reason[:_reason_max]
        told = call(self._open(keys).refund, **fields)
        if told.is_yes:
            return _read_refund(told.content, asked.out_refund_no)
        if not told.is_no:
            raise told.fail()
        outcome = RefundOutcome.NEEDS_MONEY if told.code in _no_money else RefundOutcome.REFUSED
        if outcome is RefundOutcome.REFUSED:
            # An earlier try may have been taken, though its answer was lost.
            found = self.query_refund(keys, asked.out_no, asked.out_refund_no)
            if found.outcome is not RefundOutcome.UNKNOWN_NUMBER:
                return found
        return LearnedRefund(outcome=outcome, out_refund_no=asked.out_refund_no, why=told.why)

    def query_refund(self, keys: Keys, out_no: str, out_refund_no: str) -> LearnedRefund:
        """How it is with what goes back."""
        del out_no
        told = call(self._open(keys).query_refund, out_refund_no=out_refund_no)
        if told.status == _not_found and told.code in _unknown:
            return LearnedRefund(
                outcome=RefundOutcome.UNKNOWN_NUMBER, out_refund_no=out_refund_no, why=told.why
            )
        if not told.is_yes:
            raise told.fail()
        return _read_refund(told.content, out_refund_no)

    def read_notice(self, keys: Keys, headers: Mapping[str, str], body: bytes) -> Notice:
        """What WeChat Pay told: signed by it, and hidden by the merchant's APIv3 key."""
        assert isinstance(keys, WeChatPayKeys)
        client = self._find_client(keys, headers.get("wechatpay-serial", ""))
        try:
            told = client.callback(dict(headers), body)
        except Exception as error:  # the SDK raises whatever broke
            raise Forged(f"unreadable: {type(error).__name__}") from error
        if not told:
            # It is signed, so WeChat Pay has sent it; only it and the merchant have the key.
            raise Unreadable(KeyTrouble.APIV3_KEY)
        if not isinstance(told.get("resource"), dict):
            raise Forged("it tells nothing")
        resource = told["resource"]
        if resource.get("mchid") != keys.mchid:
            raise Forged("it is about another merchant")
        out_no = str(resource.get("out_trade_no", ""))
        try:
            if "refund_status" in resource:
                number = str(resource.get("out_refund_no", ""))
                return Notice(out_no=out_no, refund=_read_refund(resource, number))
            if "trade_state" in resource:
                return Notice(out_no=out_no, payment=_read_payment(keys, resource, out_no))
        except Unreachable as error:
            raise Forged(error.why) from error
        return Notice(out_no="")

    def fetch_statement(self, keys: Keys, day: date) -> Sequence[StatementLine] | None:
        """What happened on a day; a day on which nothing did has a statement without lines."""
        client = self._open(keys)
        told = call(client.trade_bill, bill_date=day.isoformat())
        if told.code == _no_bill:
            return []
        if told.code == _bill_later:
            return None
        url = told.content.get("download_url")
        if not told.is_yes or not url:
            raise told.fail()
        content = _download(client, str(url))
        if hashlib.sha1(content, usedforsecurity=False).hexdigest() != told.content["hash_value"]:
            raise Unreachable("the statement came damaged", is_doubtful=False)
        try:
            rows = parse_wechatpay(content)
        except BadStatement as error:
            raise Unreachable(f"the statement cannot be read: {error}") from error
        return msgspec.convert(rows, list[StatementLine], from_attributes=True)

    def check(self, keys: Keys) -> str:
        """Whether the keys work: by taking on a payment that nobody hears of, and closing it."""
        number = f"check{secrets.token_hex(12)}"
        asked = Asked(
            out_no=number,
            way=Way.CODE,
            currency="CNY",
            amount_fen=1,
            description="Banyan",
            notify_url="https://example.com/check",
            return_url="",
            expires_at=None,
        )
        try:
            self.create(keys, asked)
        except (Refused, BadKeys) as no:
            return no.why
        self.close(keys, number)
        return ""

    def _find_client(self, keys: WeChatPayKeys, serial: str) -> Client:
        """The SDK that can verify what bears this serial. Raises Forged.

        A serial that we do not know makes us ask for certificates once a minute at most: strangers
        could otherwise have us ask for ever.
        """
        client = self._open(keys)
        if client.knows(serial):
            return client
        if keys.public_key_id or Clock().now() < client.made_at + _renewed_least:
            raise Forged("a serial that nobody knows")
        client = self._open(keys, is_fresh=True)
        if not client.knows(serial):
            raise Forged("a serial that nobody knows")
        return client

    def _open(self, keys: Keys, *, is_fresh: bool = False) -> Client:
        """The SDK for a merchant. In the mode of certificates it downloads them now and then."""
        assert isinstance(keys, WeChatPayKeys)
        parts = (
            keys.mchid,
            keys.appid,
            keys.serial_no,
            keys.private_key.reveal(),
            keys.apiv3_key.reveal(),
            keys.public_key,
            keys.public_key_id,
        )
        key = digest("\n".join(parts))
        with self._lock:
            client = self._clients.get(key)
        if client is not None and not is_fresh and not client.is_stale:
            return client
        try:
            client = Client(keys, self._host)
        except (requests.RequestException, json.JSONDecodeError) as error:
            why = f"no answer: {type(error).__name__}"
            raise Unreachable(why, is_doubtful=False) from error
        except Unreachable:
            raise
        except Exception as error:  # the SDK raises whatever is wrong with keys
            is_own = "private" in str(error)
            why = KeyTrouble.OWN_KEY if is_own else KeyTrouble.PUBLIC_KEY
            raise BadKeys(why, is_doubtful=False) from error
        with self._lock:
            if len(self._clients) >= _clients_max:
                self._clients.clear()
            self._clients[key] = client
        return client


def _ask(asked: Asked) -> dict[str, Any]:
    """The fields by which the SDK is asked for a payment."""
    fields: dict[str, Any] = {
        "description": asked.description[:_description_max] or asked.out_no,
        "out_trade_no": asked.out_no,
        "amount": {"total": asked.amount_fen, "currency": asked.currency},
        "notify_url": asked.notify_url,
        "pay_type": _types[asked.way],
    }
    if asked.expires_at is not None:
        ends_at = asked.expires_at.astimezone(_china)
        fields["time_expire"] = ends_at.isoformat(timespec="seconds")
    if asked.way is Way.WEB:
        fields["scene_info"] = {
            "payer_client_ip": asked.payer_ip or _some_ip,
            "h5_info": {"type": "Wap"},
        }
    if asked.way is Way.JSAPI:
        fields["payer"] = {"openid": asked.openid}
    return fields


def _lead(client: Client, asked: Asked, content: Mapping[str, Any]) -> Created:
    """Where the payer goes from here."""
    try:
        match asked.way:
            case Way.CODE:
                return Created(link=str(content["code_url"]))
            case Way.WEB:
                url = str(content["h5_url"])
                joint = "&" if "?" in url else "?"
                return Created(link=f"{url}{joint}redirect_url={quote(asked.return_url, safe='')}")
            case _:
                return Created(params=_launch(client, str(content["prepay_id"])))
    except KeyError as error:
        raise Unreachable(f"an answer without {error}") from error


def _launch(client: Client, prepay_id: str) -> dict[str, str]:
    """With what WeChat's own browser is asked to have it paid."""
    parts = [
        str(client._appid),  # noqa: SLF001 - ours
        str(int(Clock().now().timestamp())),
        secrets.token_hex(16),
        f"prepay_id={prepay_id}",
    ]
    names = ("appId", "timeStamp", "nonceStr", "package")
    signed = {"signType": "RSA", "paySign": str(client.sign(parts))}
    return dict(zip(names, parts, strict=True)) | signed


def _read_payment(keys: Keys, told: Mapping[str, Any], out_no: str) -> Learned:
    """A payment as WeChat Pay describes it. Raises Unreachable if it describes another one."""
    assert isinstance(keys, WeChatPayKeys)
    # Not by its appid, which the merchant may have changed since.
    own = (told.get("mchid"), told.get("out_trade_no"))
    outcome = _outcomes.get(str(told.get("trade_state")))
    amount = told.get("amount")
    if own != (keys.mchid, out_no) or outcome is None or not isinstance(amount, dict):
        raise Unreachable("an answer about something else")
    if outcome is not Outcome.PAID:
        return Learned(outcome=outcome)
    number, total = told.get("transaction_id"), amount.get("total")
    if not number or not isinstance(total, int):
        raise Unreachable("an answer that lacks its number")
    return Learned(
        outcome=outcome,
        currency=str(amount.get("currency") or "CNY"),
        amount_fen=total,
        provider_no=str(number),
        paid_at=_at(told.get("success_time")),
    )


def _read_refund(told: Mapping[str, Any], out_refund_no: str) -> LearnedRefund:
    """A refund as WeChat Pay describes it. Raises Unreachable if it describes another one."""
    state = str(told.get("status") or told.get("refund_status"))
    outcome = _refund_outcomes.get(state)
    if outcome is None or told.get("out_refund_no") != out_refund_no:
        raise Unreachable("an answer about something else")
    amount = told.get("amount")
    is_told = isinstance(amount, dict) and isinstance(amount.get("refund"), int)
    return LearnedRefund(
        outcome=outcome,
        out_refund_no=out_refund_no,
        amount_fen=amount["refund"] if is_told and isinstance(amount, dict) else None,
        provider_no=str(told.get("refund_id") or ""),
        done_at=_at(told.get("success_time")),
        why="" if outcome is RefundOutcome.DONE else state,
    )


def _at(text: object) -> datetime | None:
    """An instant; None for what is none."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else None


def _download(client: Client, url: str) -> bytes:
    """The bytes of a statement, unpacked."""
    try:
        status, content = client.download_bill(url)
    except Exception as error:  # the SDK raises whatever broke
        raise Unreachable(f"no answer: {type(error).__name__}", is_doubtful=False) from error
    packed = content if isinstance(content, bytes) else str(content).encode()
    if status != 200:  # noqa: PLR2004
        raise Unreachable(f"HTTP {status}", is_doubtful=False)
    if not packed.startswith(b"\x1f\x8b"):
        return packed
    try:
        return gunzip(packed)
    except BadStatement as error:
        raise Unreachable(f"the statement came damaged: {error}", is_doubtful=False) from error
