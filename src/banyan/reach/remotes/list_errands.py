"""Lists what was asked of WeChat, and has it asked once more."""

import msgspec

from banyan.base.errors import NotFound
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import ChannelId, access_own
from banyan.reach.remotes import store
from banyan.reach.remotes.types import BELL, Errand, ErrandId, ErrandState

_newest = 2**63 - 1


class ListErrands(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List what was asked of WeChat in an account's name, the newest first."""

    merchant_id: MerchantId
    channel_id: ChannelId
    state: ErrandState | None = None
    limit: Limit = 20
    cursor: Cursor | None = None


class RetryErrand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask WeChat once more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    errand_id: ErrandId


@reading(permission=Permission.CHANNELS_READ)
async def list_errands(work: Work, query: ListErrands) -> Page[Errand]:
    """Return a page of errands.

    Raises NotFound `channels.not_found`, Invalid `paging.bad_cursor`.
    """
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    before = decode_id_cursor(query.cursor, start=_newest)
    rows = await store.list_errands(
        work.db, channel.channel_id, before, query.limit + 1, query.state
    )
    return page_of(rows, query.limit, [int(one.errand_id) for one in rows])


@single(permission=Permission.CHANNELS_WRITE)
async def retry_errand(work: Work, command: RetryErrand) -> None:
    """Have an errand that failed tried anew; one that did not stays as it is.

    Raises NotFound `channels.not_found`, `remotes.not_connected`, `remotes.no_such_errand`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    if await store.lock_account(work.db, channel.channel_id) is None:
        raise NotFound("remotes.not_connected")
    errand = await store.lock_errand(work.db, channel.channel_id, command.errand_id)
    if errand is None:
        raise NotFound("remotes.no_such_errand")
    if errand.state is ErrandState.FAILED:
        await store.set_waiting(work.db, channel.channel_id, command.errand_id)
        work.ring(BELL)
