"""The sandbox shows what accounts' servers were told, and tells them again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from banyan.base.errors import Failure, NotFound
from banyan.books.work import SYSTEM
from banyan.doors.sandbox.calls import Empty, call
from banyan.doors.sandbox.channel_calls import Appid, find_channel
from banyan.doors.sandbox.merchant_calls import find_merchant
from banyan.doors.sandbox.ports import Playground
from banyan.doors.sandbox.servers import connect_server
from banyan.parties.merchants import MerchantId
from banyan.pay.notifications import (
    ListTellings,
    NotificationId,
    ReplayNotification,
    Telling,
    list_tellings,
    read_telling,
    replay_notification,
)
from banyan.reach.channels import Channel, ChannelKind, access_channel
from banyan.reach.pushes import (
    AesKey,
    ListLatest,
    Push,
    PushFormat,
    PushId,
    PushMode,
    ReplayPush,
    ServerUrl,
    SetServer,
    Token,
    list_latest,
    read_push,
    replay_push,
)
from banyan.wire.wechat import Told, describe_push

_shown_max = 100
_of_payments = "pay-"
_url = Annotated[str, msgspec.Meta(max_length=1_000)]


class SetCallback(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account has this server from now on."""

    appid: Appid
    callback_url: ServerUrl
    token: Token
    aes_key: AesKey
    mode: PushMode
    format: PushFormat = PushFormat.XML
    """JSON for mini programs only."""


class ListCallbacks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What were servers told: of a merchant's payments, of an account, at an address, or all?"""

    mchid: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,19}$(?!\n)")] | None = None
    appid: Appid | None = None
    url: _url | None = None


class CallbackAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try; without an answer the status is 0."""

    at: datetime
    status: int
    ms: int


class Callback(msgspec.Struct, frozen=True, kw_only=True):
    """What a server was told, and what came of it."""

    id: str
    url: str
    attempts: list[CallbackAttempt]
    next_at: datetime | None
    plain: dict[str, Any]
    """What it says, by the protocol's own names, before it is encrypted."""


class Callbacks(msgspec.Struct, frozen=True):
    """The latest hundred, the newest first."""

    callbacks: list[Callback]


class ReplayCallback(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell the server once more."""

    id: Annotated[str, msgspec.Meta(pattern=r"^(pay-)?[0-9]{1,19}-[0-9]{1,19}$(?!\n)")]


class Replayed(msgspec.Struct, frozen=True):
    """The HTTP status that the server answered; 0 without an answer."""

    status: int


@call
async def set_callback(playground: Playground, command: SetCallback) -> Empty:
    """Give an account a server. Raises NotFound `channels.not_found`, Refusal `pushes.not_echoed`.

    The handshake comes first; if it fails, the server before serves on. A `component` is not asked,
    but has had its ticket when this answers.
    """
    channel = await find_channel(playground, command.appid)
    setting = SetServer(
        merchant_id=MerchantId(channel.merchant_id),
        channel_id=channel.channel_id,
        url=command.callback_url,
        token=command.token,
        aes_key=command.aes_key,
        mode=command.mode,
        format=command.format,
    )
    await connect_server(playground, channel, setting)
    if channel.kind is ChannelKind.COMPONENT:
        await playground.settle()
        await playground.deliver(int(channel.channel_id))
    return Empty()


@call
async def list_callbacks(playground: Playground, query: ListCallbacks) -> Callbacks:
    """List what servers were told. Raises NotFound `channels.not_found`."""
    found: list[tuple[datetime, Callback]] = []
    if query.mchid is None:
        found += await _list_pushes(playground, query.appid)
    if query.appid is None:
        found += await _list_tellings(playground, query.mchid)
    found.sort(key=lambda one: one[0], reverse=True)
    shown = [one for _, one in found if query.url is None or one.url == query.url]
    return Callbacks(shown[:_shown_max])


@call
async def replay_callback(playground: Playground, command: ReplayCallback) -> Replayed:
    """Tell a server once more, and wait for what comes of it.

    Raises NotFound `pushes.not_found`, `notifications.not_found`; Refusal `pushes.no_server`,
    `pushes.under_way`, `notifications.under_way`.
    """
    if command.id.startswith(_of_payments):
        return await _tell_again(playground, command.id.removeprefix(_of_payments))
    channel_id, push_id = (int(part) for part in command.id.split("-"))
    channel = await _find(playground, channel_id)
    replaying = ReplayPush(
        merchant_id=MerchantId(channel.merchant_id),
        channel_id=channel.channel_id,
        push_id=PushId(push_id),
    )
    await playground.office.run(replay_push, replaying, SYSTEM)
    await playground.deliver(channel_id)
    async with playground.office.begin() as work:
        push = await read_push(work, channel_id, push_id)
    return Replayed(push.attempts[-1].status if push.attempts else 0)


async def _list_pushes(
    playground: Playground, appid: str | None
) -> list[tuple[datetime, Callback]]:
    channel = await find_channel(playground, appid) if appid is not None else None
    wanted = ListLatest(channel_id=int(channel.channel_id) if channel else None, limit=_shown_max)
    pushes = await playground.office.run(list_latest, wanted, SYSTEM)
    return [(push.created_at, await _show(playground, push)) for push in pushes]


async def _list_tellings(
    playground: Playground, mchid: str | None
) -> list[tuple[datetime, Callback]]:
    merchant_id = None
    if mchid is not None:
        merchant_id = await find_merchant(playground, mchid)
    wanted = ListTellings(merchant_id=merchant_id, limit=_shown_max)
    tellings = await playground.office.run(list_tellings, wanted, SYSTEM)
    return [(one.notification.created_at, await _show_telling(playground, one)) for one in tellings]


async def _show_telling(playground: Playground, telling: Telling) -> Callback:
    told = telling.notification
    try:
        plain = dict(await playground.describe(telling))
    except Failure:
        plain = {}
    return Callback(
        id=f"{_of_payments}{int(told.merchant_id)}-{int(told.notification_id)}",
        url=told.url,
        attempts=[
            CallbackAttempt(at=one.at, status=one.status, ms=one.took_ms) for one in told.attempts
        ],
        next_at=told.due_at,
        plain=plain,
    )


async def _tell_again(playground: Playground, number: str) -> Replayed:
    merchant_id, notification_id = (int(part) for part in number.split("-"))
    replaying = ReplayNotification(
        merchant_id=MerchantId(merchant_id), notification_id=NotificationId(notification_id)
    )
    await playground.office.run(replay_notification, replaying, SYSTEM)
    await playground.tell()
    async with playground.office.begin() as work:
        told = (await read_telling(work, merchant_id, notification_id)).notification
    return Replayed(told.attempts[-1].status if told.attempts else 0)


async def _show(playground: Playground, push: Push) -> Callback:
    channel = await _find(playground, int(push.channel_id))
    told = Told(
        appid=channel.appid,
        original_id=channel.original_id,
        openid=push.openid,
        kind=push.kind.value,
        created_s=int(push.created_at.timestamp()),
        message_id=int(push.push_id),
        fields=push.fields,
    )
    return Callback(
        id=f"{int(push.channel_id)}-{int(push.push_id)}",
        url=push.attempts[-1].url if push.attempts else "",
        attempts=[
            CallbackAttempt(at=one.at, status=one.status, ms=one.took_ms) for one in push.attempts
        ],
        next_at=push.due_at,
        plain=describe_push(told),
    )


async def _find(playground: Playground, channel_id: int) -> Channel:
    async with playground.office.begin() as work:
        try:
            return await access_channel(work.db, channel_id)
        except NotFound:
            raise NotFound("pushes.not_found") from None
