"""What was sent while messages belonged to channels is there afterwards, and goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

from banyan.app.registry import ROOMS
from banyan.base.db import EmbeddedServer, connect, migrate
from banyan.reach.broadcasts import ROOM, ContentKind, MessageState, store
from banyan.reach.channels import ROOM as CHANNELS
from tests.kit.postgres import fresh_database

_before = """
insert into channels.messages (
    merchant_id, message_id, channel_id, audience, title, body, link, state, quota_month, sent_by,
    created_at, finished_at, cursor
) values
    (7, 70, 5, 'all', 'Sent', 'Come in', '/shops/7', 'sent', '2026-11-01', 1, now(), now(), 'ben'),
    (7, 71, 5, 'list', 'Going', '', '', 'sending', '2026-11-01', 1, now(), null, 'ann');
insert into channels.deliveries (message_id, openid, result, delivered_at) values
    (70, 'ann', 'delivered', now()), (70, 'ben', 'quota', now()),
    (71, 'ann', 'delivered', now()), (71, 'cat', null, null), (71, 'ben', null, null);
insert into channels.tallies (message_id, result, count) values
    (70, 'delivered', 1), (70, 'quota', 1), (71, 'delivered', 1);
insert into channels.quotas (channel_id, openid, month_on, used) values (5, 'ann', '2026-11-01', 2);
"""


async def test_messages_move_with_their_results_and_those_under_way_keep_their_lists(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    old = tmp_path / "channels"
    old.mkdir()
    for number in range(1, 5):
        (file,) = CHANNELS.migrations.glob(f"{number:04}_*.sql")
        shutil.copy(file, old / file.name)
    async with fresh_database(server) as dsn:
        db = await connect(dsn)
        try:
            names = [room.name for room in ROOMS]
            below = ROOMS[: names.index("channels")]
            folders = [(room.name, room.migrations) for room in below]
            await migrate(db, [*folders, ("channels", old)])
            await db.execute(_before)
            await migrate(db, [(room.name, room.migrations) for room in ROOMS])
            sent = await store.find_message(db, 7, 70)
            going = await store.find_message(db, 7, 71)
            assert sent is not None
            assert going is not None
            assert (sent.state, sent.begun_at) == (MessageState.SENT, None)
            content = sent.content
            assert (content.kind, content.title) == (ContentKind.NOTE, "Sent")
            assert (content.body, content.link) == ("Come in", "/shops/7")
            assert going.begun_at is not None
            assert await store.find_list(db, 71) == ["ben", "cat"]
            locked = await store.lock_message(db, 7, 71)
            assert locked is not None
            assert locked[1] == ""
            deliveries = await db.fetch(
                "select message_id, openid, result from broadcasts.deliveries order by 1, 2"
            )
            assert [tuple(row) for row in deliveries] == [
                (70, "ann", "delivered"),
                (70, "ben", "quota"),
                (71, "ann", "delivered"),
            ]
            for invariant in ROOM.invariants:
                assert not await db.fetch(invariant.sql), invariant.name
        finally:
            await db.close()
