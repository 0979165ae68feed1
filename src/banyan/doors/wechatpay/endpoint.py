"""One line of WeChat Pay's interface: a path, what it takes, and what it does."""

from __future__ import annotations

import hashlib
import typing
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import Id
from banyan.base.json import decode_special
from banyan.books.work import SYSTEM, Operation
from banyan.doors.wechatpay.callers import Directory, Pairs, PayeeActor, act_for
from banyan.doors.wechatpay.errors import WRONG_APPID, WireError, bad
from banyan.doors.wechatpay.upload import Upload
from banyan.pay.payees import Payee, PayeeKeys, ReadBound, Scope, read_bound
from banyan.reach.channels import Channel
from banyan.wire.wechatpay import Unreadable, decrypt_field, encrypt_field

china = timezone(timedelta(hours=8))

C = TypeVar("C")
R = TypeVar("R")


class Bytes(msgspec.Struct, frozen=True):
    """An answer that is no JSON, and not signed."""

    content: bytes
    media_type: str
    filename: str = ""


class Accepted(msgspec.Struct, frozen=True):
    """What was asked is done or will be: nothing more is said."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call as its endpoint sees it."""

    directory: Directory
    keys: PayeeKeys
    """The payee whose program calls, and what passes between us is hidden by."""
    pairs: Pairs
    actor: PayeeActor
    query: Mapping[str, str]
    address: str
    base_url: str
    """Where the program finds us: what it is to call next must begin so."""
    named_serial: str
    """By which of our pairs the program hides fields; empty if it does not say."""
    signed_by: str
    """The PEM of the public key that the call was signed by; empty of the second interface."""
    now: datetime
    """The instant of business."""
    upload: Upload | None = None
    request_key: str = ""
    """The header by which some calls may be asked again."""

    @property
    def payee(self) -> Payee:
        """The payee whose program calls."""
        return self.keys.payee

    @property
    def own(self) -> dict[str, Any]:
        """The field by which a command names the merchant."""
        return {"merchant_id": self.payee.merchant_id}

    async def run(self, operation: Operation[C, R], command: C) -> R:
        """Run an operation as the payee's program."""
        return await self.directory.run(operation, command, self.actor)

    async def run_as_banyan(self, operation: Operation[C, R], command: C) -> R:
        """Run an operation as Banyan itself: what doors alone may do, such as reading openids."""
        return await self.directory.run(operation, command, SYSTEM)

    def command(self, kind: type[C], /, **fields: object) -> C:
        """A command for the payee, its fields held to what the JSON API holds them to.

        Ids may be given as they are. Raises WireError `PARAM_ERROR`.
        """
        own: dict[str, object] = {"merchant_id": self.payee.merchant_id}
        return command_of(kind, {**own, **fields})

    async def act_for(self, mchid: str, scope: Scope, *others: Scope) -> tuple[Payee, Call]:
        """A merchant for whom the caller may do any of this, and the call with just that right.

        The caller itself may do all. Raises WireError `NO_AUTH`, `MCH_NOT_EXISTS`.
        """
        if mchid == self.payee.mchid:
            return self.payee, self
        merchant_id, scopes = self.payee.merchant_id, [scope, *others]
        reading = ReadBound(merchant_id=merchant_id, mchid=mchid, scopes=scopes)
        bound = await self.directory.run(read_bound, reading, SYSTEM)
        return bound.payee, replace(self, actor=act_for(self.payee, bound))

    async def read_channel(self, appid: str, payee: Payee | None = None) -> Channel:
        """The account of an appid, if the payee may be paid through it; by default the caller.

        Raises WireError `APPID_MCHID_NOT_MATCH`.
        """
        try:
            channel = await self.directory.read_channel(appid)
        except NotFound:
            raise WRONG_APPID from None
        payee = payee or self.payee
        if channel.merchant_id == payee.merchant_id:
            return channel
        keys = self.keys
        if payee is not self.payee:
            keys = await self.directory.read_keys(payee.mchid)
        if appid not in keys.appids:
            raise WRONG_APPID
        return channel

    async def find_person(self, appid: str, openid: str, field: str = "payer") -> Id:
        """Who stands behind an openid. Raises WireError `PARAM_ERROR`."""
        found = (await self.directory.find_people(appid, [openid])).get(openid)
        if found is None:
            raise bad("openid与appid不匹配", f"{field}/openid".lstrip("/"))
        return found

    def decrypt(self, hidden: str, field: str = "") -> str:
        """A field that the program hid from all but us. Raises WireError `PARAM_ERROR`."""
        if not hidden:
            return ""
        pair = self.pairs.find(self.named_serial) if self.named_serial else None
        if self.named_serial and pair is None:
            raise bad("Wechatpay-Serial对应的平台证书或公钥不存在", field)
        pair = pair or self.pairs.choose(self.payee.mode)
        try:
            return decrypt_field(pair.private_key_pem.reveal(), hidden)
        except Unreadable:
            raise bad("敏感信息解密失败", field) from None

    def read_upload(self, sha256: str) -> bytes:
        """The file that was uploaded; its sum is all of it that was signed.

        Raises WireError `PARAM_ERROR`.
        """
        if self.upload is None:
            raise bad("请上传文件", "file")
        content = self.upload.content
        if hashlib.sha256(content).hexdigest() != sha256.lower():
            raise bad("文件的sha256与meta不一致", "meta/sha256")
        return content

    def encrypt(self, text: str) -> str:
        """A field that only the caller's program can read; an empty one stays empty."""
        return encrypt_field(self.signed_by, text)


Result = Mapping[str, Any] | msgspec.Struct | Bytes | None
Function = Callable[..., Awaitable[Result]]
FunctionV2 = Callable[..., Awaitable[Mapping[str, object] | Bytes]]


@dataclass(frozen=True)
class Endpoint:
    """A call of the third interface that is answered."""

    methods: tuple[str, ...]
    path: str
    function: Function
    body_type: type[msgspec.Struct] | None
    """What path, query and body fill by name; None for a call that takes nothing."""
    lacks: str = ""
    """What WeChat Pay's own has and this has not; empty when it is whole."""


@dataclass(frozen=True)
class EndpointV2:
    """A call of the second interface that is answered."""

    path: str
    function: FunctionV2
    body_type: type[msgspec.Struct]
    is_answer_signed: bool = True
    lacks: str = ""


def endpoint(methods: str, path: str, *, lacks: str = "") -> Callable[[Function], Endpoint]:
    """Make an endpoint of a function over a Call and, if it takes anything, one struct.

    `methods` such as "GET" or "GET POST". Names in the path, fields of the query and those of the
    body fill the struct; a name in the path goes first. None is answered with 204.
    """

    def wrap(function: Function) -> Endpoint:
        return Endpoint(tuple(methods.split()), path, function, _body_type(function), lacks)

    return wrap


def endpoint_v2(
    path: str, *, is_answer_signed: bool = True, lacks: str = ""
) -> Callable[[FunctionV2], EndpointV2]:
    """Make an endpoint of the second interface: its answer's fields are texts and numbers.

    Bytes are answered as they are.
    """

    def wrap(function: FunctionV2) -> EndpointV2:
        body_type = _body_type(function)
        assert body_type is not None
        return EndpointV2(path, function, body_type, is_answer_signed, lacks)

    return wrap


def _body_type(function: Callable[..., Any]) -> type[msgspec.Struct] | None:
    hints = typing.get_type_hints(function)
    hints.pop("return", None)
    hints.pop("call", None)
    return next(iter(hints.values()), None)


def command_of(kind: type[C], fields: Mapping[str, object]) -> C:
    """A command of these fields, checked. Raises WireError `PARAM_ERROR`."""
    try:
        return msgspec.convert(fields, kind, dec_hook=decode_special, from_attributes=True)
    except msgspec.ValidationError as error:
        raise bad(*explain(error)) from None


def explain(error: msgspec.ValidationError) -> tuple[str, str]:
    """What is wrong and in which field."""
    why, _, place = str(error).partition(" - at `")
    named = place.removesuffix("`").removeprefix("$").replace("[...]", "")
    field = named.removeprefix(".").replace(".", "/")
    return f"输入源“/body/{field}”映射到值字段失败：{why}", field


def wire_time(at: datetime | None) -> str:
    """An instant as the wire writes it: China's clock, whole seconds."""
    return at.astimezone(china).isoformat(timespec="seconds") if at is not None else ""


def wire_time_v2(at: datetime | None) -> str:
    """An instant as the second interface writes it: fourteen digits of China's clock."""
    return at.astimezone(china).strftime("%Y%m%d%H%M%S") if at is not None else ""


def pruned(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields without those that are empty: the protocol leaves them out. Zeros stay."""
    inner = {
        name: pruned(value) if isinstance(value, Mapping) else value
        for name, value in fields.items()
    }
    return {
        name: value
        for name, value in inner.items()
        if value is not None and value not in ("", [], {})
    }


__all__ = (
    "Accepted",
    "Bytes",
    "Call",
    "Endpoint",
    "EndpointV2",
    "Result",
    "WireError",
    "china",
    "command_of",
    "endpoint",
    "endpoint_v2",
    "explain",
    "pruned",
    "wire_time",
    "wire_time_v2",
)
