"""Shows what an account's server was told and what came of it, and tells it again if wanted."""

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own
from banyan.reach.pushes import store
from banyan.reach.pushes.types import BELL, Push, PushId, PushReplayed

_newest = 2**63 - 1
_waiting_max = 1_000


class ListPushes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List what an account's server was told, the newest first."""

    merchant_id: MerchantId
    channel_id: ChannelId
    limit: Limit = 20
    cursor: Cursor | None = None


class ReplayPush(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Tell the account's server once more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    push_id: PushId


class ListLatest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What were servers told of late: one account's, or all?"""

    channel_id: int | None = None
    limit: Limit = 100


class CountWaiting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many pushes wait, of one person or of all?"""

    channel_id: int
    person_id: int | None = None


class WaitingCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many pushes wait; a thousand stands for any more."""

    count: int


@reading(permission=Permission.CHANNELS_READ)
async def list_pushes(work: Work, query: ListPushes) -> Page[Push]:
    """Return a page of pushes with their attempts.

    Raises NotFound `channels.not_found`, Invalid `paging.bad_cursor`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    before = decode_id_cursor(query.cursor, start=_newest)
    pushes = await store.list_pushes(work.db, channel.channel_id, before, query.limit + 1)
    shown = await _with_attempts(work, pushes)
    return page_of(shown, query.limit, [int(one.push_id) for one in shown])


@reading(permission=Permission.SYSTEM)
async def list_latest(work: Work, query: ListLatest) -> list[Push]:
    """Return the latest pushes with their attempts, the newest first."""
    pushes = await store.list_latest(work.db, query.channel_id, query.limit)
    return await _with_attempts(work, pushes)


@single(permission=Permission.CHANNELS_WRITE)
async def replay_push(work: Work, command: ReplayPush) -> Push:
    """Let a push that has ended be told again, up to three times, with the same number.

    Raises NotFound `channels.not_found`, `pushes.not_found`; Refusal `pushes.no_server`,
    `pushes.under_way`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    push = await store.find_push(work.db, channel.channel_id, command.push_id)
    if push is None:
        raise NotFound("pushes.not_found")
    if not await store.has_server(work.db, channel.channel_id):
        raise Refusal("pushes.no_server")
    if await store.set_waiting(work.db, channel.channel_id, command.push_id) is None:
        raise Refusal("pushes.under_way")
    work.ring(BELL)
    work.record(
        PushReplayed(
            merchant_id=int(channel.merchant_id),
            person_id=int(push.person_id),
            channel_id=int(channel.channel_id),
            subject_id=int(push.push_id),
        )
    )
    return await read_push(work, int(channel.channel_id), command.push_id)


@reading(permission=Permission.SYSTEM)
async def count_waiting(work: Work, query: CountWaiting) -> WaitingCount:
    """Return how many pushes of an account have yet to end."""
    count = await store.count_waiting(work.db, query.channel_id, query.person_id, _waiting_max)
    return WaitingCount(count=count)


async def read_push(work: Work, channel_id: int, push_id: int) -> Push:
    """Return a push with its attempts. Raises NotFound `pushes.not_found`."""
    push = await store.find_push(work.db, channel_id, push_id)
    if push is None:
        raise NotFound("pushes.not_found")
    return (await _with_attempts(work, [push]))[0]


async def _with_attempts(work: Work, pushes: list[Push]) -> list[Push]:
    keys = [(int(one.channel_id), int(one.push_id)) for one in pushes]
    attempts = await store.list_attempts(work.db, keys)
    return [
        msgspec.structs.replace(one, attempts=attempts.get(key, []))
        for one, key in zip(pushes, keys, strict=True)
    ]
