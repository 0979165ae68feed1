"""Turns a token into the account's program that it stands for."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import digest
from banyan.books.work import MERCHANT_PERMISSIONS, Grant, Permission, Work, reading
from banyan.reach.channels import access_channel
from banyan.reach.penalties import PenaltyKind, check_penalty
from banyan.reach.tokens import store
from banyan.reach.tokens.rules import read_channel_id
from banyan.reach.tokens.types import ChannelActor

_grant = Grant(
    MERCHANT_PERMISSIONS
    & {
        Permission.CHANNELS_READ,
        Permission.CHANNELS_WRITE,
        Permission.STORES_READ,
        Permission.STORES_WRITE,
        Permission.MEMBERS_READ,
        Permission.MEMBERS_WRITE,
        Permission.COUPONS_READ,
        Permission.COUPONS_WRITE,
    }
)
"""What an account's program may do for the merchant whose account it is."""


class FindCaller(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who calls with this token?"""

    access_token: str


@reading(permission=Permission.SYSTEM)
async def find_caller(work: Work, query: FindCaller) -> ChannelActor:
    """Return the program behind a token that works.

    Raises NotFound `tokens.unknown`, Refusal `tokens.expired`, `penalties.api_limited`.
    """
    channel_id = read_channel_id(query.access_token)
    if channel_id is None:
        raise NotFound("tokens.unknown")
    known = await store.find_token(work.db, channel_id, digest(query.access_token))
    if known is None:
        raise NotFound("tokens.unknown")
    if known.expires_at <= work.now:
        raise Refusal("tokens.expired")
    channel = await access_channel(work.db, channel_id)
    await check_penalty(work, channel_id, PenaltyKind.API_LIMITED)
    return ChannelActor(
        kind="platform" if known.via_id else "channel",
        actor_id=known.via_id or channel_id,
        grants={int(channel.merchant_id): _grant},
        channel=channel,
        ends_at=known.expires_at,
        via_id=known.via_id,
        functions=known.functions,
    )
