"""Every SQL statement on schema `media`, and thin functions over them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from banyan.base.db import Connection
from banyan.reach.channels import ChannelId
from banyan.reach.media.types import Item, MediaKind

_insert_item = """
insert into media.items (
    channel_id, media_id, kind, file, bytes_count, name, title, introduction, created_at,
    expires_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""

_find_items = """
select channel_id, media_id, kind, file, bytes_count, name, title, introduction, created_at,
    expires_at
from media.items
where channel_id = $1 and media_id = any($2) and (expires_at is null or expires_at > $3)
"""

_list_kept = """
select channel_id, media_id, kind, file, bytes_count, name, title, introduction, created_at,
    expires_at
from media.items
where channel_id = $1 and kind = $2 and expires_at is null
order by created_at desc, media_id desc
offset $3
limit $4
"""

_delete_kept = """
delete from media.items
where channel_id = $1 and media_id = $2 and expires_at is null
returning kind
"""

_delete_expired = "delete from media.items where channel_id = $1 and expires_at <= $2"

_add_kept = """
insert into media.counts as c (channel_id, kind, kept)
values ($1, $2, 1)
on conflict (channel_id, kind) do update set kept = c.kept + 1
where c.kept < $3
returning kept
"""

_take_kept = """
update media.counts set kept = kept - 1 where channel_id = $1 and kind = $2
"""

_list_counts = "select kind, kept from media.counts where channel_id = $1"


async def insert_item(db: Connection, item: Item) -> None:
    """Add a file, and forget the account's temporary ones that are over."""
    await db.execute(_delete_expired, item.channel_id, item.created_at)
    await db.execute(_insert_item, *msgspec.structs.astuple(item))


async def find_items(
    db: Connection, channel_id: int, media_ids: Sequence[str], now: datetime
) -> dict[str, Item]:
    """Return those of the account's files that are there."""
    rows = await db.fetch(_find_items, channel_id, media_ids, now)
    return {row["media_id"]: _item({**row}) for row in rows}


async def list_kept(
    db: Connection, channel_id: int, kind: MediaKind, offset: int, limit: int
) -> list[Item]:
    """Return files that an account keeps, the newest first."""
    rows = await db.fetch(_list_kept, channel_id, kind, offset, limit)
    return [_item({**row}) for row in rows]


async def delete_kept(db: Connection, channel_id: int, media_id: str) -> MediaKind | None:
    """Delete a file that an account keeps and count it; return what it was."""
    kind = await db.fetchval(_delete_kept, channel_id, media_id)
    if kind is None:
        return None
    await db.execute(_take_kept, channel_id, kind)
    return MediaKind(kind)


async def add_kept(db: Connection, channel_id: int, kind: MediaKind, most: int) -> bool:
    """Count one more file that an account keeps; False if there are as many as may be."""
    return await db.fetchval(_add_kept, channel_id, kind, most) is not None


async def list_counts(db: Connection, channel_id: int) -> dict[MediaKind, int]:
    """Return how many files an account keeps by kind."""
    rows = await db.fetch(_list_counts, channel_id)
    return {MediaKind(row["kind"]): row["kept"] for row in rows}


def _item(row: dict[str, object]) -> Item:
    return msgspec.convert({**row, "channel_id": ChannelId(row["channel_id"])}, Item)  # type: ignore[call-overload] # a bigint
