"""Makes official accounts, mini programs and sites, changes them, and renews their secrets."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.ids import Id
from banyan.base.secret import digest, new_token
from banyan.base.text import END, LINES, Name
from banyan.books.work import Permission, Work, single
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import store
from banyan.reach.channels.texts import TEXTS
from banyan.reach.channels.types import (
    Channel,
    ChannelChanged,
    ChannelCreated,
    ChannelId,
    ChannelKind,
)

CHANNELS_MAX = 20
"""Most official accounts of one merchant."""

WelcomeText = Annotated[str, msgspec.Meta(max_length=600, pattern=LINES)]
OauthDomain = Annotated[
    str, msgspec.Meta(max_length=253, pattern=rf"^([A-Za-z0-9.-]+(:[0-9]{{1,5}})?)?{END}")
]
"""A host name, with a port where only that one is meant."""


class CreateChannel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make an official account, or the account of a mini program or a site."""

    merchant_id: MerchantId
    kind: ChannelKind = ChannelKind.SERVICE
    name: Name
    welcome_text: WelcomeText = ""
    oauth_domain: OauthDomain = ""


class ChangeChannel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change what is given here."""

    merchant_id: MerchantId
    channel_id: ChannelId
    name: Name | None = None
    welcome_text: WelcomeText | None = None
    oauth_domain: OauthDomain | None = None


class RenewSecret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have another secret in place of the present one."""

    merchant_id: MerchantId
    channel_id: ChannelId


class ChannelSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A channel with its secret, shown this once: only its digest is kept."""

    channel: Channel
    secret: str


@single(permission=Permission.CHANNELS_WRITE, is_answer_kept=False)
async def create_channel(work: Work, command: CreateChannel) -> ChannelSecret:
    """Make an official account. Raises Refusal `channels.too_many`, `moderation.refused`."""
    merchant_id = command.merchant_id
    known = await store.list_of_merchants(work.db, [merchant_id], CHANNELS_MAX)
    if len(known) >= CHANNELS_MAX:
        raise Refusal("channels.too_many", channels_max=CHANNELS_MAX)
    channel = Channel(
        merchant_id=Id(merchant_id),
        channel_id=ChannelId(work.ids.next()),
        kind=command.kind,
        name=command.name,
        appid=f"wx{_random_hex(16)}",
        original_id=f"gh_{_random_hex(12)}",
        welcome_text=command.welcome_text,
        created_at=work.now,
        oauth_domain=command.oauth_domain.lower(),
    )
    await TEXTS.check(work, channel, [channel.name, channel.welcome_text])
    secret = _random_hex(32)
    await store.insert_channel(work.db, channel, digest(secret))
    await _note_audit(work, None, channel)
    work.record(
        ChannelCreated(
            merchant_id=int(merchant_id),
            channel_id=int(channel.channel_id),
            subject_id=int(channel.channel_id),
            channel_kind=channel.kind,
        )
    )
    return ChannelSecret(channel=channel, secret=secret)


@single(permission=Permission.CHANNELS_WRITE)
async def change_channel(work: Work, command: ChangeChannel) -> Channel:
    """Change a channel. Raises NotFound `channels.not_found`, Refusal `moderation.refused`."""
    before = await lock_own(work, command.merchant_id, command.channel_id)
    after = msgspec.structs.replace(
        before,
        name=before.name if command.name is None else command.name,
        welcome_text=(
            before.welcome_text if command.welcome_text is None else command.welcome_text
        ),
        oauth_domain=(
            before.oauth_domain if command.oauth_domain is None else command.oauth_domain.lower()
        ),
    )
    if (after.name, after.welcome_text) != (before.name, before.welcome_text):
        await TEXTS.check(work, after, [after.name, after.welcome_text])
    await store.set_channel(work.db, after, None)
    await _note_audit(work, before, after)
    if after != before:
        work.record(
            ChannelChanged(
                merchant_id=int(after.merchant_id),
                channel_id=int(after.channel_id),
                name=after.name,
            )
        )
    return after


@single(permission=Permission.CHANNELS_WRITE, is_answer_kept=False)
async def renew_secret(work: Work, command: RenewSecret) -> ChannelSecret:
    """Give a channel another secret; the old one is worth nothing from now on.

    Raises NotFound `channels.not_found`.
    """
    channel = await lock_own(work, command.merchant_id, command.channel_id)
    secret = _random_hex(32)
    await store.set_channel(work.db, channel, digest(secret))
    await note_change(
        work,
        merchant_id=channel.merchant_id,
        subject="channels.secret",
        subject_id=channel.channel_id,
        before=None,
        after=channel,
    )
    return ChannelSecret(channel=channel, secret=secret)


async def lock_own(work: Work, merchant_id: int, channel_id: int) -> Channel:
    """Lock a merchant's own channel. Raises NotFound `channels.not_found`."""
    channel = await store.lock_channel(work.db, merchant_id, channel_id)
    if channel is None:
        raise NotFound("channels.not_found")
    return channel


async def _note_audit(work: Work, before: Channel | None, after: Channel) -> None:
    await note_change(
        work,
        merchant_id=after.merchant_id,
        subject="channels.channel",
        subject_id=after.channel_id,
        before=before,
        after=after,
    )


def _random_hex(length: int) -> str:
    return digest(new_token("channel")).hex()[:length]
