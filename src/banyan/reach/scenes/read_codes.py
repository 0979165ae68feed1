"""Reads the accounts' own codes and how often they were scanned."""

from datetime import timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import NotFound
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.books.work import Permission, Work, reading
from banyan.parties.merchants import MerchantId, access_merchant
from banyan.reach.channels import ChannelId, access_own
from banyan.reach.scenes import store
from banyan.reach.scenes.rules import compute_day
from banyan.reach.scenes.types import CountedCode, SceneCode, SceneCodeId, SceneCounts, SceneDay

_newest = 2**63 - 1


class ListSceneCodes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List the codes of an account, the newest first."""

    merchant_id: MerchantId
    channel_id: ChannelId
    limit: Limit = 20
    cursor: Cursor | None = None


class ReadSceneCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Read one code and its last days."""

    merchant_id: MerchantId
    channel_id: ChannelId
    code_id: SceneCodeId
    days: Annotated[int, msgspec.Meta(ge=1, le=366)] = 30


class FindSceneCodes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of these are codes of the account?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    code_ids: Annotated[list[SceneCodeId], msgspec.Meta(max_length=100)]


class SceneCodes(msgspec.Struct, frozen=True, kw_only=True):
    """Codes of an account."""

    items: list[SceneCode]


class CodeInFull(msgspec.Struct, frozen=True, kw_only=True):
    """A code with its counts: since it was made, and of those of the last days that have any."""

    code: SceneCode
    counts: SceneCounts
    days: list[SceneDay]


@reading(permission=Permission.CHANNELS_READ)
async def list_scene_codes(work: Work, query: ListSceneCodes) -> Page[CountedCode]:
    """Return a page of codes. Raises NotFound `channels.not_found`, Invalid `paging.bad_cursor`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    before = decode_id_cursor(query.cursor, start=_newest)
    rows = await store.list_codes(work.db, channel.channel_id, before, query.limit + 1)
    return page_of(rows, query.limit, [int(one.code.code_id) for one in rows])


@reading(permission=Permission.CHANNELS_READ)
async def read_scene_code(work: Work, query: ReadSceneCode) -> CodeInFull:
    """Return a code. Raises NotFound `channels.not_found`, `scenes.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    codes = await store.find_codes(work.db, channel.channel_id, [query.code_id])
    code = codes.get(int(query.code_id))
    if code is None:
        raise NotFound("scenes.not_found")
    merchant = await access_merchant(work.db, channel.merchant_id)
    since = compute_day(work.now, merchant.time_zone) - timedelta(days=query.days - 1)
    return CodeInFull(
        code=code,
        counts=await store.read_counts(work.db, code),
        days=await store.list_days(work.db, code, since),
    )


@reading(permission=Permission.CHANNELS_READ)
async def find_scene_codes(work: Work, query: FindSceneCodes) -> SceneCodes:
    """Return those that are. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    found = await store.find_codes(work.db, channel.channel_id, query.code_ids)
    return SceneCodes(items=list(found.values()))
