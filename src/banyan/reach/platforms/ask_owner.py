"""Asks owners of accounts what a platform may do: the code they come with, and what is offered."""

from typing import Annotated

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import digest, new_token
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId, find_merchants
from banyan.reach.channels import Channel, ChannelId, list_of_merchants
from banyan.reach.platforms import store
from banyan.reach.platforms.access import access_own_platform, access_platform
from banyan.reach.platforms.rules import ASKING_LIFE, EXCLUSIVE, FUNCTIONS, KEPT, check_redirect
from banyan.reach.platforms.types import (
    AccountOffer,
    Appid,
    Authorization,
    Codes,
    FunctionOffer,
    Given,
    PlatformAsking,
    Redirect,
)

_accounts_max = 100


class CreateAsking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give me a code with which I send an owner to you."""

    merchant_id: MerchantId
    channel_id: ChannelId


class ReadPlatformAsking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What does this platform want of me?"""

    appid: Appid
    code: Given
    redirect: Redirect
    account_appid: Annotated[str, msgspec.Meta(max_length=32)] = ""
    """The only account that is asked for; any of mine without it."""


@single(permission=Permission.CHANNELS_WRITE, is_answer_kept=False)
async def create_asking(work: Work, command: CreateAsking) -> Codes:
    """Return a code with which one owner is asked, once, within half an hour.

    Raises NotFound `channels.not_found`.
    """
    platform = await access_own_platform(work.db, command.merchant_id, command.channel_id)
    code = new_token("preauthcode@@@")
    await store.insert_asking(
        work.db, platform.channel_id, digest(code), work.now + ASKING_LIFE, work.now - KEPT
    )
    return Codes(code=code, expires_in=int(ASKING_LIFE.total_seconds()))


@reading(permission=Permission.PERSON)
async def read_platform_asking(work: Work, query: ReadPlatformAsking) -> PlatformAsking:
    """Return what a platform asks for, and the accounts whose owner could say yes.

    Raises NotFound `channels.not_found`, `platforms.asking_unknown`; Invalid
    `platforms.redirect_malformed`; Refusal `platforms.wrong_domain`, `platforms.asking_over`.
    """
    platform = await access_platform(work.db, query.appid)
    host = check_redirect(platform, query.redirect)
    await check_asking(work, platform, query.code)
    mine = [
        merchant_id
        for merchant_id, grant in work.actor.grants.items()
        if Permission.CHANNELS_WRITE in grant.permissions and grant.store_ids is None
    ]
    channels = [
        one
        for one in await list_of_merchants(work.db, mine, _accounts_max)
        if one.kind in FUNCTIONS and query.account_appid in {"", one.appid}
    ]
    kept = await store.list_of_accounts(work.db, [int(one.channel_id) for one in channels])
    known = [one.authorization for one in kept]
    runs = await find_merchants(work.db, [platform.merchant_id])
    return PlatformAsking(
        platform=platform.name,
        merchant=runs.get(MerchantId(platform.merchant_id)),
        host=host,
        accounts=[_offer(platform, one, known) for one in channels],
    )


async def check_asking(work: Work, platform: Channel, code: str) -> None:
    """Raise NotFound `platforms.asking_unknown`, Refusal `platforms.asking_over` for a bad code."""
    state = await store.find_asking(work.db, platform.channel_id, digest(code))
    if state is None:
        raise NotFound("platforms.asking_unknown")
    if state.used_at is not None or state.expires_at <= work.now:
        raise Refusal("platforms.asking_over")


def _offer(platform: Channel, channel: Channel, known: list[Authorization]) -> AccountOffer:
    here = [one for one in known if one.channel_id == channel.channel_id]
    mine = {
        function
        for one in here
        if one.platform_id == platform.channel_id
        for function in one.functions
    }
    held = {function for one in here for function in one.functions} - mine
    return AccountOffer(
        channel_id=channel.channel_id,
        name=channel.name,
        appid=channel.appid,
        kind=channel.kind,
        functions=[
            FunctionOffer(
                function=one, is_held=one in held and one in EXCLUSIVE, is_granted=one in mine
            )
            for one in FUNCTIONS[channel.kind]
        ],
    )
