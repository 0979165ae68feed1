"""Alipay, asked through its SDK; the methods wait for answers: they belong in a thread."""

from __future__ import annotations

import http.client
import secrets
import threading
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from textwrap import wrap
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl

import msgspec
import requests
from alipay import AliPay, AliPayConfig
from alipay.exceptions import AliPayException, AliPayValidationError
from typing_extensions import override

from banyan.base.clock import Clock
from banyan.base.secret import digest
from banyan.pay.gateways import (
    AlipayKeys,
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
    Way,
)
from banyan.wire.alipay import parse_yuan, render_yuan
from banyan.wire.statements import UNPACKED_MAX, BadStatement, parse_alipay

HOST = "https://openapi.alipay.com"
WAIT_S = 10.0
_china = timezone(timedelta(hours=8))
_moment = "%Y-%m-%d %H:%M:%S"
_clients_max = 1_000
_ok, _business, _busy = "10000", "40004", frozenset({"20000", "40005"})
_unknown = "ACQ.TRADE_NOT_EXIST"
_paid_or_closed = frozenset({"ACQ.TRADE_HAS_SUCCESS", "ACQ.TRADE_HAS_CLOSE"})
_no_money = "ACQ.SELLER_BALANCE_NOT_ENOUGH"
_no_bill = frozenset({"isp.bill_not_exist", "isp.bill_generating", "BILL_NOT_EXIST"})
_troubles = frozenset({"ACQ.SYSTEM_ERROR", "aop.ACQ.SYSTEM_ERROR", "isp.unknow-error"})
_refunded = "REFUND_SUCCESS"
_subject_max = 256
_reason_max = 256
_chunk = 65_536


class _Client(AliPay):  # type: ignore[misc] # the SDK has no types
    """The SDK for one merchant's app."""

    @override
    def build_body(self, *arguments: Any, **options: Any) -> Any:
        """Write the time as Alipay reads it: on China's clocks, wherever this machine stands."""
        body = super().build_body(*arguments, **options)
        return {**body, "timestamp": Clock().now().astimezone(_china).strftime(_moment)}


class _Told(msgspec.Struct, frozen=True):
    """What Alipay answered: signed by it, or said by nobody can tell whom."""

    content: Mapping[str, Any]
    is_signed: bool = True

    @property
    def code(self) -> str:
        """What it says; a yes that nobody has signed says nothing."""
        code = str(self.content.get("code", ""))
        return code if self.is_signed or code != _ok else ""

    @property
    def sub_code(self) -> str:
        return str(self.content.get("sub_code", ""))

    @property
    def why(self) -> str:
        words = (self.sub_code or self.code, self.content.get("sub_msg") or self.content.get("msg"))
        return " ".join(str(one) for one in words if one)

    @property
    def is_no(self) -> bool:
        """Whether it is an answer about the payment itself, and not about us or its own trouble."""
        return self.is_signed and self.code == _business and self.sub_code not in _troubles

    def fail(self) -> Unreachable:
        """What to raise where this says neither yes nor no."""
        return Unreachable(self.why, is_doubtful=not self.is_signed or self.code in _busy)


class AlipayProvider:
    """Alipay at a host: the real one, or another Banyan."""

    def __init__(self, host: str = HOST) -> None:
        """`host` such as `https://openapi.alipay.com`: of the server's settings, never a user's."""
        self._gateway = f"{host}/gateway.do"
        self._clients: dict[bytes, _Client] = {}
        self._lock = threading.Lock()

    def create(self, keys: Keys, asked: Asked) -> Created | Learned:
        """Take on a payment. For pages nobody is asked: their address is what says it all."""
        client = self._open(keys)
        fields = {
            "subject": asked.description[:_subject_max] or asked.out_no,
            "out_trade_no": asked.out_no,
            "total_amount": render_yuan(asked.amount_fen),
            "notify_url": asked.notify_url,
        }
        if asked.expires_at is not None:
            fields["time_expire"] = asked.expires_at.astimezone(_china).strftime(_moment)
        lead = {
            Way.WEB: client.api_alipay_trade_wap_pay,
            Way.PAGE: client.api_alipay_trade_page_pay,
        }.get(asked.way)
        if lead is not None:
            return Created(link=f"{self._gateway}?{lead(**fields, return_url=asked.return_url)}")
        if asked.way is not Way.CODE:
            raise Refused(f"Alipay has no way {asked.way}")
        told = _call(client, "alipay.trade.precreate", **fields)
        if told.code == _ok and told.content.get("qr_code"):
            return Created(link=str(told.content["qr_code"]))
        if told.is_no and told.sub_code in _paid_or_closed:
            return self.query(keys, asked.out_no)
        if told.is_no or (told.code and told.code not in {_ok, _business, *_busy}):
            raise Refused(told.why)
        raise told.fail()

    def query(self, keys: Keys, out_no: str) -> Learned:
        """How it is with a payment; a code that nobody scanned is a number without a trade."""
        told = _call(self._open(keys), "alipay.trade.query", out_trade_no=out_no)
        if told.is_no and told.sub_code == _unknown:
            return Learned(outcome=Outcome.UNKNOWN_NUMBER)
        if told.code != _ok or told.content.get("out_trade_no") != out_no:
            raise told.fail()
        return _read_trade(told.content, told.content.get("send_pay_date"))

    def close(self, keys: Keys, out_no: str) -> Learned:
        """Let nobody pay any more. A code that nobody has scanned ends by itself, in its time."""
        told = _call(self._open(keys), "alipay.trade.close", out_trade_no=out_no)
        if told.code == _ok:
            return Learned(outcome=Outcome.CLOSED, provider_no=str(told.content.get("trade_no")))
        if told.is_no and told.sub_code == _unknown:
            return Learned(outcome=Outcome.UNKNOWN_NUMBER)
        if told.is_no:
            # It is not waiting to be paid: either it was, or it is closed.
            return self.query(keys, out_no)
        raise told.fail()

    def refund(self, keys: Keys, asked: AskedRefund) -> LearnedRefund:
        """Give back; where the answer leaves it open whether it was, look."""
        fields = {
            "refund_amount": render_yuan(asked.amount_fen),
            "out_trade_no": asked.out_no,
            "out_request_no": asked.out_refund_no,
            "refund_reason": asked.reason[:_reason_max],
        }
        told = _call(self._open(keys), "alipay.trade.refund", **fields)
        if not told.is_no and told.code != _ok:
            raise told.fail()
        found = self.query_refund(keys, asked.out_no, asked.out_refund_no)
        if found.outcome is RefundOutcome.DONE:
            return found
        if told.code == _ok:
            outcome = RefundOutcome.UNDER_WAY
        elif told.sub_code == _no_money:
            outcome = RefundOutcome.NEEDS_MONEY
        else:
            outcome = RefundOutcome.REFUSED
        return LearnedRefund(outcome=outcome, out_refund_no=asked.out_refund_no, why=told.why)

    def query_refund(self, keys: Keys, out_no: str, out_refund_no: str) -> LearnedRefund:
        """How it is with what goes back: done, or Alipay knows nothing of it."""
        fields = {"out_trade_no": out_no, "out_request_no": out_refund_no}
        told = _call(self._open(keys), "alipay.trade.fastpay.refund.query", **fields)
        content = told.content
        if told.code == _ok and content.get("refund_status") == _refunded:
            if content.get("out_request_no") != out_refund_no:
                raise told.fail()
            return LearnedRefund(
                outcome=RefundOutcome.DONE,
                out_refund_no=out_refund_no,
                amount_fen=_fen(content.get("refund_amount")),
                provider_no=str(content.get("trade_no", "")),
                done_at=_at(content.get("gmt_refund_pay")),
            )
        if told.code == _ok or told.is_no:
            return LearnedRefund(
                outcome=RefundOutcome.UNKNOWN_NUMBER, out_refund_no=out_refund_no, why=told.why
            )
        raise told.fail()

    def read_notice(self, keys: Keys, headers: Mapping[str, str], body: bytes) -> Notice:
        """What Alipay told: signed by it, and about the merchant's own app."""
        del headers
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200)
        except ValueError as error:
            raise Forged("it is no form") from error
        form = dict(pairs)
        if len(form) != len(pairs) or not form.get("out_trade_no"):
            raise Forged("it is no notice")
        client = self._open(keys)
        if form.get("app_id") != client.appid or not _is_genuine(client, form):
            raise Forged("Alipay has not signed it")
        refund = None
        if form.get("out_biz_no") and form.get("gmt_refund"):
            # How much of it this one was is not told: only how much went back by now.
            refund = LearnedRefund(
                outcome=RefundOutcome.DONE,
                out_refund_no=form["out_biz_no"],
                provider_no=form.get("trade_no", ""),
                done_at=_at(form["gmt_refund"]),
            )
        try:
            payment = _read_trade(form, form.get("gmt_payment"))
        except Unreachable as error:
            raise Forged(error.why) from error
        return Notice(out_no=form["out_trade_no"], payment=payment, refund=refund)

    def fetch_statement(self, keys: Keys, day: date) -> Sequence[StatementLine] | None:
        """What happened on a day; a day without trade has no statement either, and never will."""
        fields = {"bill_type": "trade", "bill_date": day.isoformat()}
        told = _call(self._open(keys), "alipay.data.dataservice.bill.downloadurl.query", **fields)
        if told.is_signed and told.sub_code in _no_bill:
            return None
        url = told.content.get("bill_download_url")
        if told.code != _ok or not url:
            raise told.fail()
        try:
            rows = parse_alipay(_download(str(url)))
        except BadStatement as error:
            raise Unreachable(f"the statement cannot be read: {error}") from error
        return msgspec.convert(rows, list[StatementLine], from_attributes=True)

    def check(self, keys: Keys) -> str:
        """Whether the keys work: by asking for a payment that nobody has made."""
        try:
            client = self._open(keys)
        except Unreachable as error:
            return error.why
        number = f"check-{secrets.token_hex(8)}"
        try:
            told = _call(client, "alipay.trade.query", out_trade_no=number)
        except Unreachable as error:
            if error.why == KeyTrouble.PUBLIC_KEY:
                return error.why
            raise
        if told.is_signed and told.sub_code == _unknown:
            return ""
        if told.code in _busy or not told.code:
            raise told.fail()
        return told.why

    def _open(self, keys: Keys) -> _Client:
        assert isinstance(keys, AlipayKeys)
        own = keys.private_key.reveal()
        key = digest(f"{keys.app_id} {own} {keys.alipay_public_key}")
        with self._lock:
            client = self._clients.get(key)
        if client is not None:
            return client
        try:
            client = _Client(
                appid=keys.app_id,
                app_private_key_string=_as_pem(own, "PRIVATE KEY"),
                alipay_public_key_string=_as_pem(keys.alipay_public_key, "PUBLIC KEY"),
                config=AliPayConfig(timeout=WAIT_S),
            )
        except (ValueError, IndexError, TypeError) as error:
            raise Unreachable(KeyTrouble.OWN_KEY, is_doubtful=False) from error
        client._gateway = self._gateway  # noqa: SLF001 - the SDK has no other way
        with self._lock:
            if len(self._clients) >= _clients_max:
                self._clients.clear()
            self._clients[key] = client
        return client


def _as_pem(text: str, label: str) -> str:
    """A key as the SDK reads it: Alipay's own tools write only what stands within a PEM."""
    told = text.strip()
    if told.startswith("-----BEGIN"):
        return told
    body = "\n".join(wrap("".join(told.split()), 64))
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


def _call(client: _Client, method: str, **fields: str) -> _Told:
    """Ask, and have the answer verified. Raises Unreachable."""
    options = {"notify_url": fields.pop("notify_url")} if "notify_url" in fields else {}
    try:
        return _Told(client.server_api(method, fields, **options))
    except AliPayException as error:
        # Without a signature: it may still say what is wrong with our keys.
        return _Told(_find_content(error), is_signed=False)
    except AliPayValidationError as error:
        raise Unreachable(KeyTrouble.PUBLIC_KEY) from error
    except HTTPError as error:
        raise Unreachable(f"HTTP {error.code}") from error
    except URLError as error:
        raise Unreachable("no connection", is_doubtful=False) from error
    except (OSError, http.client.HTTPException, ValueError, AttributeError, KeyError) as error:
        raise Unreachable(f"no answer: {type(error).__name__}") from error


def _find_content(error: AliPayException) -> Mapping[str, Any]:
    """What an answer without a signature says; the SDK keeps it as the text that came."""
    text = getattr(error, "_AliPayException__message", "")
    try:
        frame = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.MsgspecError:
        return {}
    return next((one for one in frame.values() if isinstance(one, dict)), {})


def _is_genuine(client: _Client, form: Mapping[str, str]) -> bool:
    """Whether Alipay signed a notice: with what is empty in it, or without."""
    for told in (form, {name: value for name, value in form.items() if value}):
        said = dict(told)
        try:
            if client.verify(said, said.pop("sign", "")):
                return True
        except (AliPayException, ValueError):
            return False
    return False


def _read_trade(told: Mapping[str, Any], paid: object) -> Learned:
    """Payment of which Alipay tells; one that is closed may have been paid, and given back."""
    status = told.get("trade_status")
    amount_fen = _fen(told.get("total_amount"))
    paid_at = _at(paid)
    if status == "WAIT_BUYER_PAY":
        outcome = Outcome.UNPAID
    elif status in {"TRADE_SUCCESS", "TRADE_FINISHED"} or (status == "TRADE_CLOSED" and paid_at):
        outcome = Outcome.PAID
    elif status == "TRADE_CLOSED":
        outcome = Outcome.CLOSED
    else:
        raise Unreachable(f"trade_status {str(status)[:40]!r}")
    if outcome is Outcome.PAID and amount_fen is None:
        raise Unreachable("no total_amount")
    refunded_fen = _fen(told.get("refund_fee"))
    if refunded_fen is None and outcome is Outcome.PAID and status == "TRADE_CLOSED":
        refunded_fen = amount_fen
    return Learned(
        outcome=outcome,
        amount_fen=amount_fen or 0,
        provider_no=str(told.get("trade_no", "")),
        paid_at=paid_at if outcome is Outcome.PAID else None,
        refunded_fen=refunded_fen,
    )


def _fen(text: object) -> int | None:
    return parse_yuan(text) if isinstance(text, str) else None


def _at(text: object) -> datetime | None:
    try:
        # Notices may tell thousandths of a second as well.
        return datetime.strptime(str(text)[:19], _moment).replace(tzinfo=_china)
    except ValueError:
        return None


def _download(url: str) -> bytes:
    """Fetch a statement from where Alipay says that it is. Raises Unreachable, BadStatement."""
    found = bytearray()
    try:
        with requests.get(url, timeout=WAIT_S, stream=True, allow_redirects=False) as answer:
            if answer.status_code != http.client.OK:
                raise Unreachable(f"HTTP {answer.status_code}")
            for chunk in answer.iter_content(_chunk):
                found += chunk
                if len(found) > UNPACKED_MAX:
                    raise BadStatement("it is too large")
    except requests.RequestException as error:
        raise Unreachable(f"no answer: {type(error).__name__}") from error
    return bytes(found)
