"""WeChat Pay's SDK for one merchant: at a host of the settings, and telling whose fault it is."""

# ruff: noqa: ANN401 - what stands around the SDK passes on whatever it is asked

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec
import requests
from typing_extensions import override
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.core import Core

from banyan.base.clock import Clock
from banyan.pay.gateways import KeyTrouble, Unreachable, WeChatPayKeys

CONNECT_S = 5.0
WAIT_S = 10.0
_renewed_each = timedelta(hours=12)
_certificates = "/v3/certificates"
_public_key = "PUB_KEY_ID_"
_not_found, _busy, _broken = 404, 429, 500


class BadKeys(Unreachable):
    """Neither yes nor no, as long as the merchant's keys are what they are."""


class _Core(Core):  # type: ignore[misc] # the SDK has no types
    """The SDK's own, at the host of the settings from its first call on."""

    def __init__(self, host: str, **options: Any) -> None:
        self._host = host
        self._why = ""
        super().__init__(**options)
        self._gate_way = host

    @override
    def request(self, path: str, *arguments: Any, **options: Any) -> tuple[int, Any]:
        status, text = super().request(path, *arguments, **options)
        if path == _certificates:
            told = Told(status, _read(text))
            if status == _busy or status >= _broken:
                raise Unreachable(told.why, is_doubtful=False)
            self._why = "" if told.is_yes else told.why
        return status, text

    @override
    def _init_certificates(self) -> None:
        self._gate_way = self._host
        self._update_certificates()
        if not self._certificates:
            # They came, yet the key opened none; or WeChat Pay said why it gives none.
            raise BadKeys(self._why or KeyTrouble.APIV3_KEY, is_doubtful=False)

    @override
    def _verify_signature(self, headers: Mapping[str, str], body: str) -> bool:
        serial = headers.get("Wechatpay-Serial") or headers.get("wechatpay-serial") or ""
        if serial.startswith(_public_key) and not self._public_key_id:
            raise BadKeys(KeyTrouble.NO_PUBLIC_KEY)
        is_own = serial == self._public_key_id
        if serial.startswith(_public_key) and not is_own:
            raise BadKeys(KeyTrouble.PUBLIC_KEY)
        if super()._verify_signature(headers, body):
            return True
        if is_own:
            raise BadKeys(KeyTrouble.PUBLIC_KEY)
        raise Unreachable("an answer that nobody has signed")

    def knows(self, serial: str) -> bool:
        """Whether what bears this serial could be verified without asking for certificates."""
        if serial == self._public_key_id:
            return True
        known = {f"{one.serial_number:X}" for one in self._certificates}
        return serial.upper().lstrip("0") in known


class Client(WeChatPay):  # type: ignore[misc] # the SDK has no types
    """The SDK for one merchant, with a core of ours."""

    def __init__(self, keys: WeChatPayKeys, host: str) -> None:
        """Raises BadKeys, Unreachable: where WeChat Pay is known by certificates they are had."""
        # What the SDK's constructor sets: it would make a core that asks the real host at once.
        self._type = WeChatPayType.NATIVE
        self._mchid, self._appid = keys.mchid, keys.appid
        self._notify_url = None
        self._partner_mode = False
        self._core = _Core(
            host,
            mchid=keys.mchid,
            cert_serial_no=keys.serial_no,
            private_key=keys.private_key.reveal(),
            apiv3_key=keys.apiv3_key.reveal(),
            timeout=(CONNECT_S, WAIT_S),
            public_key=keys.public_key or None,
            public_key_id=keys.public_key_id or None,
        )
        self._has_certificates = not keys.public_key_id
        self.made_at = Clock().now()

    @property
    def is_stale(self) -> bool:
        """Whether its certificates, if that is how it verifies, are to be fetched anew."""
        return self._has_certificates and Clock().now() > self.made_at + _renewed_each

    def knows(self, serial: str) -> bool:
        """Whether what bears this serial can be verified."""
        return bool(self._core.knows(serial))


class Told(msgspec.Struct, frozen=True):
    """What WeChat Pay answered: verified if it is a yes."""

    status: int
    content: Mapping[str, Any]

    @property
    def code(self) -> str:
        """WeChat Pay's word for what is wrong."""
        return str(self.content.get("code", ""))

    @property
    def why(self) -> str:
        """What is wrong, in its words."""
        return f"{self.code} {self.content.get('message', '')}".strip() or f"HTTP {self.status}"

    @property
    def is_yes(self) -> bool:
        """Whether it did what was asked."""
        return self.status in {200, 204}

    @property
    def is_no(self) -> bool:
        """Whether it is an answer about what was asked, and not about us or its own trouble."""
        return self.status in {400, 403, _not_found} and bool(self.code)

    def fail(self) -> Unreachable:
        """What to raise where this says neither yes nor no."""
        return Unreachable(self.why, is_doubtful=self.status >= _broken or self.status == 202)  # noqa: PLR2004


def call(method: Callable[..., Any], **fields: Any) -> Told:
    """Ask; a yes is verified by the SDK. Raises Unreachable."""
    try:
        status, text = method(**fields)
    except Unreachable:
        raise
    except requests.ConnectTimeout as error:
        raise Unreachable("no connection", is_doubtful=False) from error
    except requests.RequestException as error:
        raise Unreachable(f"no answer: {type(error).__name__}") from error
    except Exception as error:  # the SDK raises whatever broke
        raise Unreachable(f"no answer to trust: {error}"[:200]) from error
    return Told(status, _read(text))


def _read(text: Any) -> Mapping[str, Any]:
    try:
        content = json.loads(text) if text else {}
    except (ValueError, TypeError):
        return {}
    return content if isinstance(content, dict) else {}
