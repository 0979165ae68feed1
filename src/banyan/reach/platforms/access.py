"""Finds platforms, what they may do for accounts, and how accounts' options stand."""

from banyan.base.db import Connection
from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import digest, new_token
from banyan.reach.channels import (
    Channel,
    ChannelId,
    ChannelKind,
    access_by_appid,
    access_by_secret,
    access_own,
)
from banyan.reach.platforms import store
from banyan.reach.platforms.rules import DEFAULTS, check_redirect
from banyan.reach.platforms.types import OptionName
from banyan.reach.tokens import PORTS, Function


async def access_own_platform(db: Connection, merchant_id: int, channel_id: int) -> Channel:
    """Return a merchant's own platform. Raises NotFound `channels.not_found`."""
    return _check_kind(await access_own(db, merchant_id, channel_id))


async def access_platform(db: Connection, appid: str) -> Channel:
    """Return the platform of an appid. Raises NotFound `channels.not_found`."""
    return _check_kind(await access_by_appid(db, appid))


async def access_platform_by_secret(db: Connection, appid: str, secret: str) -> Channel:
    """Return the platform whose program knows its secret.

    Raises NotFound `channels.not_found`, Refusal `channels.wrong_secret`.
    """
    return _check_kind(await access_by_secret(db, appid, secret))


async def access_authorized(
    db: Connection, platform: Channel, appid: str, function: Function | None = None
) -> tuple[Channel, store.Kept]:
    """Return the account of an appid for which a platform acts, and what it may do.

    Raises NotFound `channels.not_found`; Refusal `platforms.not_authorized`,
    `platforms.not_granted` without that function.
    """
    channel = await access_by_appid(db, appid)
    return channel, await _access(db, channel.channel_id, platform.channel_id, function)


async def check_granted(
    db: Connection, channel_id: int, platform_id: int, function: Function
) -> None:
    """Accept what the owner of an account lets a platform do now.

    Raises Refusal `platforms.not_authorized`, `platforms.not_granted`.
    """
    await _access(db, channel_id, platform_id, function)


async def access_web(
    db: Connection, appid: str, channel: Channel, redirect: str
) -> tuple[int, str]:
    """Return the platform that may ask people who they are on behalf of a channel, and the host.

    Raises NotFound `channels.not_found`; Invalid `platforms.redirect_malformed`; Refusal
    `platforms.wrong_domain`, `platforms.not_authorized`, `platforms.not_granted`.
    """
    platform = await access_platform(db, appid)
    await access_authorized(db, platform, channel.appid, Function.WEB)
    return int(platform.channel_id), check_redirect(platform, redirect)


async def find_delegate(
    db: Connection, merchant_id: int, platform_id: ChannelId, appid: str, function: Function
) -> Channel:
    """Return the account of an appid for which a merchant's platform may do this.

    Raises NotFound `channels.not_found`; Refusal `platforms.not_authorized`,
    `platforms.not_granted`.
    """
    platform = await access_own_platform(db, merchant_id, platform_id)
    channel, _ = await access_authorized(db, platform, appid, function)
    return channel


async def read_option_of(db: Connection, channel_id: int, name: OptionName) -> int:
    """Return how an option of an account stands."""
    value = await store.find_option(db, channel_id, name)
    return DEFAULTS[name] if value is None else value


def open_refresh(kept: store.Kept) -> str:
    """Return the refresh token of an authorization."""
    return PORTS.seal.open(kept.refresh_sealed, kept.refresh_digest.hex())


def make_refresh() -> tuple[str, bytes, bytes]:
    """Return a new refresh token: as it is handed out, its digest, and sealed."""
    text = new_token("refreshtoken@@@")
    return text, digest(text), PORTS.seal.close(text, digest(text).hex())


async def _access(
    db: Connection, channel_id: int, platform_id: int, function: Function | None
) -> store.Kept:
    kept = await store.find_authorization(db, channel_id, platform_id)
    if kept is None:
        raise Refusal("platforms.not_authorized")
    if function is not None and function not in kept.authorization.functions:
        raise Refusal("platforms.not_granted", function=function.value)
    return kept


def _check_kind(channel: Channel) -> Channel:
    if channel.kind is not ChannelKind.COMPONENT:
        raise NotFound("channels.not_found")
    return channel
