"""The sandbox plays official accounts into being, and people who follow and leave them."""

from __future__ import annotations

import secrets
import string
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Annotated

import msgspec

from banyan.base.ids import NONE, Id
from banyan.base.text import Name
from banyan.books.work import SYSTEM
from banyan.doors.sandbox.calls import Empty, as_person, call, meet
from banyan.doors.sandbox.ports import Playground
from banyan.doors.sandbox.servers import connect_server
from banyan.parties.merchants import MerchantId, OpenMerchant, open_merchant
from banyan.parties.people import EnrolPerson, PersonId, enrol_person
from banyan.parties.providers import find_unionid
from banyan.reach.channels import (
    Channel,
    ChannelKind,
    CreateChannel,
    Follow,
    OauthDomain,
    Unfollow,
    access_by_appid,
    access_channel,
    create_channel,
    ensure_openids,
    follow,
    unfollow,
)
from banyan.reach.pushes import AesKey, PushFormat, PushMode, ServerUrl, SetServer, Token

Appid = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
_aes_key_length = 43
_token_length = 32
_letters = string.ascii_letters + string.digits


class Kind(StrEnum):
    """What kind of account or app."""

    SERVICE = "service"
    SUBSCRIPTION = "subscription"
    MINIAPP = "miniapp"
    SITE = "site"
    COMPONENT = "component"


class AddChannel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An official account comes into being."""

    kind: Kind
    name: Name
    callback_url: ServerUrl | None = None
    token: Token | None = None
    aes_key: AesKey | None = None
    mode: PushMode = PushMode.PLAIN
    format: PushFormat = PushFormat.XML
    oauth_domain: OauthDomain | None = None
    merchant: MerchantId | None = None
    """Whose it is; of somebody who owns nothing else by default."""


class AddedChannel(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An official account, verified and with every interface granted, and its secrets."""

    appid: str
    secret: str
    original_id: str
    token: str
    aes_key: str
    owner: PersonId | None = None
    """Who runs it, where no merchant was named."""


class OfChannel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person and an official account."""

    person: PersonId
    appid: Appid


class Known(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the account knows the person by."""

    openid: str
    unionid: str | None = None


@call
async def add_channel(playground: Playground, command: AddChannel) -> AddedChannel:
    """Make an official account, of somebody who owns nothing else or of a merchant.

    A `component` is told of itself at its `callback_url`, first of a ticket, and of accounts that
    let it handle their messages at `/$APPID$/callback` of the same host; without an `oauth_domain`
    it may send owners back to that host. Raises what the handshake with a `callback_url` raises.
    """
    office = playground.office
    owner, merchant_id = None, command.merchant
    if merchant_id is None:
        owner, merchant_id = await _open_merchant(playground, command.name)
    creating = CreateChannel(
        merchant_id=merchant_id,
        kind=ChannelKind(command.kind.value),
        name=command.name,
        oauth_domain=command.oauth_domain or "",
    )
    made = await office.run(create_channel, creating, SYSTEM)
    token = command.token or _random_text(_token_length)
    aes_key = command.aes_key or _random_text(_aes_key_length)
    if command.callback_url is not None:
        setting = SetServer(
            merchant_id=MerchantId(made.channel.merchant_id),
            channel_id=made.channel.channel_id,
            url=command.callback_url,
            token=token,
            aes_key=aes_key,
            mode=command.mode,
            format=command.format,
        )
        await connect_server(playground, made.channel, setting)
    return AddedChannel(
        appid=made.channel.appid,
        secret=made.secret,
        original_id=made.channel.original_id,
        token=token,
        aes_key=aes_key,
        owner=owner,
    )


@call
async def follow_channel(playground: Playground, command: OfChannel) -> Known:
    """Let a person follow an account; following twice changes nothing.

    Raises NotFound `people.not_found`, `channels.not_found`.
    """
    actor = await meet(playground, command.person)
    channel = await find_channel(playground, command.appid)
    await playground.office.run(follow, Follow(channel_id=channel.channel_id), actor)
    await playground.deliver(int(channel.channel_id), int(command.person))
    return await _know(playground, channel, command.person)


@call
async def unfollow_channel(playground: Playground, command: OfChannel) -> Empty:
    """Let a person leave an account. Raises NotFound `people.not_found`, `channels.not_found`."""
    actor = await meet(playground, command.person)
    channel = await find_channel(playground, command.appid)
    await playground.office.run(unfollow, Unfollow(channel_id=channel.channel_id), actor)
    await playground.deliver(int(channel.channel_id), int(command.person))
    return Empty()


@call
async def read_openid(playground: Playground, command: OfChannel) -> Known:
    """Tell what an account knows a person by, without their following it.

    Raises NotFound `people.not_found`, `channels.not_found`.
    """
    await meet(playground, command.person)
    channel = await find_channel(playground, command.appid)
    return await _know(playground, channel, command.person)


async def find_channel(playground: Playground, appid: str) -> Channel:
    """The account of an appid. Raises NotFound `channels.not_found`."""
    async with playground.office.begin() as work:
        return await access_by_appid(work.db, appid)


async def read_appids(playground: Playground, channel_ids: AbstractSet[Id]) -> dict[Id, str]:
    """The appids of these channels."""
    async with playground.office.begin() as work:
        return {
            channel_id: (await access_channel(work.db, channel_id)).appid
            for channel_id in channel_ids
            if channel_id != NONE
        }


async def _open_merchant(playground: Playground, name: str) -> tuple[PersonId, MerchantId]:
    office = playground.office
    holder = await office.run(enrol_person, EnrolPerson(), SYSTEM)
    merchant = await office.run(open_merchant, OpenMerchant(name=name), as_person(holder.person_id))
    return holder.person_id, merchant.merchant_id


async def _know(playground: Playground, channel: Channel, person: int) -> Known:
    async with playground.office.begin() as work:
        openids = await ensure_openids(work, channel.channel_id, [person])
        unionid = await find_unionid(work.db, channel.channel_id, person)
    return Known(openid=openids[person], unionid=unionid)


def _random_text(length: int) -> str:
    return "".join(secrets.choice(_letters) for _ in range(length))
