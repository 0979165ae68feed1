"""How often a day a call may be made: as the protocol has it, unless an operator says otherwise."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from banyan.base.db import Connection
from banyan.base.errors import Refusal
from banyan.base.text import END
from banyan.books.work import Permission, Work, reading, single
from banyan.reach.channels import ChannelId, access_by_appid, access_channel
from banyan.reach.tokens import store
from banyan.reach.tokens.types import Quota, QuotaSet

QUOTAS_MAX = 1_000
"""Most quotas that operators may have set."""
EVERYBODY = 0
"""In place of a channel: the quota is of all that have none of their own."""

_Path = Annotated[str, msgspec.Meta(max_length=200, pattern=rf"^/[A-Za-z0-9_/.-]+{END}")]


class SetQuota(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have this call made so often a day; null for as often as the protocol has it."""

    path: _Path
    appid: Annotated[str, msgspec.Meta(max_length=32)] = ""
    """Of the account whose programs call; empty for all that have no quota of their own."""
    daily_max: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)] | None = None
    """0 for as often as one likes."""


class ListQuotas(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which calls have quotas of their own here?"""


class Quotas(msgspec.Struct, frozen=True, kw_only=True):
    """All quotas that are set here, by path."""

    items: list[Quota]


@single(permission=Permission.OPERATOR)
async def set_quota(work: Work, command: SetQuota) -> Quotas:
    """Set the daily quota of a call, of one account or of all; it holds within moments.

    Raises NotFound `channels.not_found`; Refusal `tokens.quotas_too_many`.
    """
    channel_id = EVERYBODY
    if command.appid:
        channel_id = int((await access_by_appid(work.db, command.appid)).channel_id)
    if command.daily_max is None:
        await store.delete_quota(work.db, channel_id, command.path)
    else:
        await store.set_quota(work.db, channel_id, command.path, command.daily_max, work.now)
        if len(await store.list_quotas(work.db, QUOTAS_MAX + 1)) > QUOTAS_MAX:
            raise Refusal("tokens.quotas_too_many", quotas_max=QUOTAS_MAX)
    work.record(
        QuotaSet(
            channel_id=channel_id,
            path=command.path,
            daily_max=command.daily_max,
            set_by=work.actor.person_id,
        )
    )
    return await _list(work.db)


@reading(permission=Permission.OPERATOR)
async def list_quotas(work: Work, query: ListQuotas) -> Quotas:  # noqa: ARG001 - asks for nothing
    """Return all quotas that are set here."""
    return await _list(work.db)


async def find_maxima(
    db: Connection, keys: Sequence[store.UseKey]
) -> Mapping[tuple[int, str], int]:
    """Return what operators set for these channels' calls: their own, else that of all."""
    pairs = {(channel_id, path) for channel_id, _, path in keys}
    channel_ids = sorted({channel_id for channel_id, _ in pairs} | {EVERYBODY})
    known = await store.find_quotas(db, channel_ids, sorted({path for _, path in pairs}))
    found = {}
    for channel_id, path in pairs:
        most = known.get((channel_id, path), known.get((EVERYBODY, path)))
        if most is not None:
            found[channel_id, path] = most
    return found


async def _list(db: Connection) -> Quotas:
    quotas = []
    for channel_id, path, daily_max in await store.list_quotas(db, QUOTAS_MAX):
        appid = name = ""
        if channel_id:
            channel = await access_channel(db, ChannelId(channel_id))
            appid, name = channel.appid, channel.name
        quotas.append(Quota(path=path, appid=appid, name=name, daily_max=daily_max))
    return Quotas(items=quotas)
