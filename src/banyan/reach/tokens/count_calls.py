"""Counts the calls of accounts' programs against their daily quotas, and sets quotas back."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from banyan.base.errors import Failure, Refusal
from banyan.books.work import Call, Permission, Work, plural, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_by_secret, access_own
from banyan.reach.tokens import store
from banyan.reach.tokens.rules import CLEARS_MAX, USES_KEPT, day_of, decide_block
from banyan.reach.tokens.set_quota import find_maxima
from banyan.reach.tokens.types import CallUses, QuotaCleared


class ClearBySecret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Set the quotas of today back, of the account whose secret I know."""

    appid: str
    secret: str


class TakeCalls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many calls may be made, if the day's quota has them."""

    channel_id: ChannelId
    path: str
    count: int
    daily_max: int
    """What the protocol has; 0 for as many as one likes."""


class TakenCalls(msgspec.Struct, frozen=True, kw_only=True):
    """How many calls may be made; they count already."""

    count: int


class ReadUses(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often did my account make this call today?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    path: str


class ClearQuota(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Set my account's quotas of today back: of one call, or of all without a path."""

    merchant_id: MerchantId
    channel_id: ChannelId
    path: str = ""


@plural(permission=Permission.SYSTEM, batch_max=500)
async def take_calls(
    work: Work, calls: Sequence[Call[TakeCalls]]
) -> Sequence[TakenCalls | Failure]:
    """Count calls before they are made: as many as asked for, or as the day's quota still has.

    Of the last sixteenth of a quota each gets one at a time, so that no rival lacks what another
    does not use.
    """
    keys = sorted({_key(call) for call in calls})
    used = await store.lock_uses(work.db, keys)
    maxima = await find_maxima(work.db, keys)
    added: Counter[store.UseKey] = Counter()
    outcomes: list[TakenCalls | Failure] = []
    for call in calls:
        key, command = _key(call), call.command
        daily_max = maxima.get((key[0], command.path), command.daily_max)
        count = decide_block(command.count, daily_max, used[key] + added[key])
        added[key] += count
        outcomes.append(TakenCalls(count=count))
    await store.add_uses(work.db, +added)
    fresh_ids = sorted({key[0] for key in keys if not used[key]})
    if fresh_ids:
        # Once a day and call: what earlier days counted is asked by nobody.
        await store.delete_uses(work.db, fresh_ids, day_of(work.now) - USES_KEPT)
    return outcomes


def _key(call: Call[TakeCalls]) -> store.UseKey:
    return int(call.command.channel_id), day_of(call.at), call.command.path


@reading(permission=Permission.CHANNELS_READ)
async def read_uses(work: Work, query: ReadUses) -> CallUses:
    """Return today's count of a call. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    today = day_of(work.now)
    uses = await store.find_uses(work.db, channel.channel_id, today, query.path)
    key = (int(channel.channel_id), query.path)
    maxima = await find_maxima(work.db, [(key[0], today, key[1])])
    return msgspec.structs.replace(uses, daily_max=maxima.get(key))


@single(permission=Permission.CHANNELS_WRITE)
async def clear_quota(work: Work, command: ClearQuota) -> None:
    """Set today's counts back, ten times a month.

    Raises NotFound `channels.not_found`, Refusal `tokens.cleared_too_often`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await clear_for(work, channel, command.path)


@single(permission=Permission.PUBLIC, is_answer_kept=False)
async def clear_quota_by_secret(work: Work, command: ClearBySecret) -> Channel:
    """Set the counts of whoever knows the secret back, of the same ten times a month.

    Raises NotFound `channels.not_found`; Refusal `channels.wrong_secret`,
    `tokens.cleared_too_often`.
    """
    channel = await access_by_secret(work.db, command.appid, command.secret)
    await clear_for(work, channel, "")
    return channel


async def clear_for(work: Work, channel: Channel, path: str) -> None:
    """Set a channel's counts of today back; the caller has made sure who asks.

    Raises Refusal `tokens.cleared_too_often`.
    """
    today = day_of(work.now)
    month_on = today.replace(day=1)
    if not await store.add_clear(work.db, channel.channel_id, month_on, CLEARS_MAX):
        raise Refusal("tokens.cleared_too_often", clears_max=CLEARS_MAX)
    await store.clear_uses(work.db, channel.channel_id, today, path)
    work.record(
        QuotaCleared(
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
            path=path,
        )
    )
