"""What merchants' servers are told, in WeChat Pay's words: signed, and hidden by their keys."""

from __future__ import annotations

import json
import secrets
import typing
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from banyan.base.errors import Refusal
from banyan.base.json import decode
from banyan.doors.wechatpay.callers import Directory
from banyan.doors.wechatpay.endpoint import wire_time
from banyan.doors.wechatpay.headers import signed_headers
from banyan.pay.notifications import Protocol, Telling, Written
from banyan.pay.payees import KeyMode, Payee, PayeeKeys, PlatformKind
from banyan.wire.wechatpay import (
    ALGORITHM,
    MD5,
    Unreadable,
    hide_v2,
    parse_v2,
    render_v2,
    seal_resource,
    sign_v2,
)

_json = "application/json"
_xml = "text/xml"
_nonce_bytes = 6
_taken = frozenset({200, 204})
_ok = 200


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a server is told in the third interface."""

    event_type: str
    original_type: str
    summary: str
    resource: Mapping[str, Any]
    associated_data: str | None = None
    """As a rule the original type."""


class ToldV2(msgspec.Struct, frozen=True, kw_only=True):
    """What a server is told in the second interface."""

    fields: Mapping[str, object]
    hidden: Mapping[str, object] | None = None
    """What is encrypted as `req_info`: then nothing is signed."""


@dataclass(frozen=True)
class Rendering:
    """How one kind of notification is put into words."""

    protocol: Protocol
    kind: str
    function: Callable[..., Awaitable[Any]]
    data_type: type[Any]


def renders(kind: str) -> Callable[[Callable[..., Awaitable[Told]]], Rendering]:
    """Make a rendering of a function over a Directory, a Telling, and what it says as a struct."""

    def wrap(function: Callable[..., Awaitable[Told]]) -> Rendering:
        return Rendering(Protocol.WECHAT, kind, function, _data_type(function))

    return wrap


def renders_v2(kind: str) -> Callable[[Callable[..., Awaitable[ToldV2]]], Rendering]:
    """Make a rendering of the second interface."""

    def wrap(function: Callable[..., Awaitable[ToldV2]]) -> Rendering:
        return Rendering(Protocol.WECHAT_V2, kind, function, _data_type(function))

    return wrap


def _data_type(function: Callable[..., Any]) -> type[Any]:
    hints = typing.get_type_hints(function)
    for name in ("return", "directory", "telling"):
        hints.pop(name, None)
    (found,) = hints.values()
    return found  # type: ignore[no-any-return] # a class by the function's own words


class WeChatPayTeller:
    """Puts notifications of one of WeChat Pay's interfaces into words."""

    def __init__(
        self, protocol: Protocol, renderings: Iterable[Rendering], directory: Directory
    ) -> None:
        self._protocol = protocol
        self._directory = directory
        self._renderings = {one.kind: one for one in renderings if one.protocol is protocol}

    async def write(self, telling: Telling, at: datetime) -> Written:
        """The notification, hidden and signed.

        Raises Refusal `payees.no_api_key` while the merchant has no key to hide or sign it by.
        """
        told = await self._render(telling)
        mchid = await self._directory.find_mchid(int(telling.notification.merchant_id))
        keys = await self._directory.read_keys(mchid)
        if keys.payee.mode is KeyMode.MIGRATING:
            # By which pair its program knew us a moment ago is not what it knows us by now.
            self._directory.forget_keys(mchid)
            keys = await self._directory.read_keys(mchid)
        if isinstance(told, ToldV2):
            return _write_v2(told, keys)
        return await self._write(telling, told, keys, at)

    async def describe(self, telling: Telling) -> Mapping[str, Any]:
        """What it says by the protocol's own names, before it is hidden."""
        told = await self._render(telling)
        if isinstance(told, ToldV2):
            hidden = {} if told.hidden is None else {"req_info": told.hidden}
            return {**told.fields, **hidden}
        return {**_head(telling, told), "resource": told.resource}

    def forget(self) -> None:
        """Ask again for everything, as after a database has been emptied."""
        self._directory.forget()

    def is_taken(self, status: int, body: bytes | None) -> bool:
        """Whether a server that answers so has taken it."""
        if self._protocol is Protocol.WECHAT:
            return status in _taken
        try:
            return status == _ok and parse_v2(body or b"").get("return_code") == "SUCCESS"
        except Unreadable:
            return False

    async def _render(self, telling: Telling) -> Told | ToldV2:
        rendering = self._renderings.get(telling.notification.kind)
        if rendering is None:
            raise Refusal("notifications.no_words", kind=telling.notification.kind)
        data = decode(telling.data, rendering.data_type)
        told: Told | ToldV2 = await rendering.function(self._directory, telling, data)
        return told

    async def _write(self, telling: Telling, told: Told, keys: PayeeKeys, at: datetime) -> Written:
        key = keys.keys.apiv3_key
        if key is None:
            raise Refusal("payees.no_api_key")
        nonce = secrets.token_hex(_nonce_bytes)
        associated = told.original_type if told.associated_data is None else told.associated_data
        plain = _compact(told.resource)
        resource = {
            "original_type": told.original_type,
            "algorithm": ALGORITHM,
            "ciphertext": seal_resource(key.reveal(), plain, associated, nonce),
            "associated_data": associated,
            "nonce": nonce,
        }
        body = _compact({**_head(telling, told), "resource": resource})
        pairs = await self._directory.read_pairs()
        pair = pairs.current(_kind_for(keys.payee))
        return Written(
            body=body,
            media_type=_json,
            headers=signed_headers(pair, body, at),
            facts=_facts(keys.payee, told.resource),
        )


def _kind_for(payee: Payee) -> PlatformKind:
    match payee.mode:
        case KeyMode.CERTIFICATE:
            return PlatformKind.CERTIFICATE
        case KeyMode.PUBLIC_KEY:
            return PlatformKind.PUBLIC_KEY
        case KeyMode.MIGRATING:
            return payee.told_by


def _head(telling: Telling, told: Told) -> dict[str, Any]:
    return {
        "id": str(UUID(int=int(telling.notification.notification_id))),
        "create_time": wire_time(telling.notification.created_at),
        "event_type": told.event_type,
        "resource_type": "encrypt-resource",
        "summary": told.summary,
    }


def _write_v2(told: ToldV2, keys: PayeeKeys) -> Written:
    key = keys.keys.apiv2_key
    if key is None:
        raise Refusal("payees.no_api_key")
    fields = {
        "return_code": "SUCCESS",
        **{name: str(value) for name, value in told.fields.items() if value not in ("", None)},
        "nonce_str": secrets.token_hex(16),
    }
    if told.hidden is not None:
        plain = ((name, str(value)) for name, value in told.hidden.items())
        # The hidden part is an element of its own name.
        inner = render_v2(plain).replace(b"<xml>", b"<root>").replace(b"</xml>", b"</root>")
        fields["req_info"] = hide_v2(key.reveal(), inner)
    else:
        fields["sign"] = sign_v2(fields, key.reveal(), fields.get("sign_type", MD5))
    every = {**told.fields, **(told.hidden or {})}
    return Written(body=render_v2(fields.items()), media_type=_xml, facts=_facts(keys.payee, every))


def _facts(payee: Payee, said: Mapping[str, object]) -> dict[str, str]:
    numbers = {name: value for name, value in said.items() if name.startswith("out_")}
    return {"mchid": payee.mchid, **{name: str(value) for name, value in numbers.items()}}


def _compact(value: object) -> bytes:
    # In ASCII: frameworks that read it and write it again before they verify it come out the same.
    return json.dumps(value, separators=(",", ":")).encode()
