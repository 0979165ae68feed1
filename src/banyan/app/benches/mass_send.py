"""How many followers a second does a message to a tag reach, each with a result of their own?"""

import asyncio
import random
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from banyan.app.benches.bench import Bench, Figures
from banyan.base.db import Connection
from banyan.books.actor import SYSTEM, Actor
from banyan.books.office import Office
from banyan.books.timers.run import run_due
from banyan.parties.merchants import MerchantId, OpenMerchant, open_merchant
from banyan.parties.people import EnrolPerson, enrol_person
from banyan.reach.broadcasts import ROOM, ContentKind, Message, SendMessage, send_message
from banyan.reach.channels import Channel, ChannelKind, CreateChannel, create_channel
from banyan.reach.labels import CreateTag, TagId, create_tag

_MONTHLY = 4
_BLOCKED_OF = 1_000
"""One of so many followers is blocked."""
_SEED = 20_261_122
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

_copied = "create table broadcasts.copied (like broadcasts.deliveries including all)"
_count = """
select message_id, count(*), count(distinct openid),
    count(*) filter (where result = 'delivered') as delivered,
    count(*) filter (where result = 'quota') as over
from broadcasts.deliveries group by message_id order by message_id
"""
_most = """
select coalesce(max(n), 0) from (
    select count(*) as n from broadcasts.deliveries where result = 'delivered' group by openid
) as counted
"""
_finished = "select count(*) from broadcasts.messages where state = 'sent'"


class _Hall(NamedTuple):
    merchant_id: MerchantId
    channel: Channel
    tag_id: TagId
    owner: Actor


async def run(bench: Bench) -> Figures:
    """A million followers with a tag, five messages in a month, beside COPY of one's results."""
    count = bench.size(small=12_000, large=1_000_000)
    async with bench.office("mass-send") as office:
        hall = await _open_hall(office, count)
        bench.report(f"{count:,} followers; now a message to them")
        first = await _send(office, hall, 1)
        bench.report(f"{count / first:,.0f} a second; now COPY of the same results")
        copied = await _copy(office)
        bench.report(f"{count / copied:,.0f} a second; now two messages at once, then two more")
        both = await _send(office, hall, 2)
        fourth = await _send(office, hall, 1)
        fifth = await _send(office, hall, 1)
        await _prove(office, count)
    return Figures(
        name="mass-send",
        ours=round(count / first),
        yardstick=round(count / copied),
        unit="recipients/s over rows/s of COPY of the same results into the same table",
        target=0.3,
        details={
            "followers": count,
            "two_at_once_per_s": round(2 * count / both),
            "two_at_once_ratio": round(2 * copied / both, 3),
            "fourth_per_s": round(count / fourth),
            "fourth_ratio": round(copied / fourth, 3),
            "over_quota_per_s": round(count / fifth),
        },
    )


async def _open_hall(office: Office, count: int) -> _Hall:
    """An account with followers, who all have a tag; one of a thousand is blocked."""
    profile = await office.run(enrol_person, EnrolPerson(nickname="Owner", phone=""), SYSTEM)
    owner = Actor(kind="person", actor_id=profile.person_id, person_id=profile.person_id)
    merchant = await office.run(open_merchant, OpenMerchant(name="Hall", currency="CNY"), owner)
    merchant_id = merchant.merchant_id
    made = await office.run(
        create_channel,
        CreateChannel(merchant_id=merchant_id, kind=ChannelKind.SERVICE, name="Hall"),
        SYSTEM,
    )
    tagging = CreateTag(
        merchant_id=merchant_id, channel_id=made.channel.channel_id, name="Regulars"
    )
    tag = await office.run(create_tag, tagging, SYSTEM)
    async with office.pool.acquire() as db:
        await _fill(db, int(made.channel.channel_id), int(tag.tag_id), count)
    return _Hall(merchant_id, made.channel, tag.tag_id, owner)


async def _fill(db: Connection, channel_id: int, tag_id: int, count: int) -> None:
    chance = random.Random(_SEED)  # noqa: S311 - the same followers in every run
    openids = ["o" + "".join(chance.choices(_LETTERS, k=27)) for _ in range(count)]
    now = await db.fetchval("select now()")
    followers = (
        (channel_id, openid, number, "following", "", 0, now)
        for number, openid in enumerate(openids, 1)
    )
    columns = ["channel_id", "openid", "person_id", "state", "scene", "code_id", "followed_at"]
    await db.copy_records_to_table(
        "followers", schema_name="channels", records=followers, columns=columns
    )
    await db.copy_records_to_table(
        "tagged",
        schema_name="labels",
        records=((channel_id, tag_id, openid, now) for openid in openids),
        columns=["channel_id", "tag_id", "openid", "tagged_at"],
    )
    await db.copy_records_to_table(
        "blocked",
        schema_name="blocks",
        records=(
            (channel_id, openid, number, now)
            for number, openid in enumerate(openids, 1)
            if number % _BLOCKED_OF == 0
        ),
        columns=["channel_id", "openid", "person_id", "blocked_at"],
    )
    for table in ("channels.followers", "labels.tagged", "blocks.blocked"):
        await db.execute(f"vacuum analyze {table}")
    await db.execute("checkpoint")


async def _send(office: Office, hall: _Hall, messages: int) -> float:
    """Send messages at once, and return how long it takes until all are through."""
    async with office.pool.acquire() as db:
        before = await db.fetchval(_finished)
        await db.execute("checkpoint")
    start = time.perf_counter()
    for number in range(messages):
        command = SendMessage(
            merchant_id=hall.merchant_id,
            channel_id=hall.channel.channel_id,
            kind=ContentKind.TEXT,
            body=f"New tea, {number}",
            tag_id=hall.tag_id,
        )
        sent: Message = await office.run(send_message, command, SYSTEM)
        assert sent.begun_at is not None, "nothing holds it back"

    async def work() -> None:
        while await _count_finished(office) < before + messages:
            await run_due(office, ROOM.timers)

    await asyncio.gather(*(work() for _ in range(messages)))
    return time.perf_counter() - start


async def _count_finished(office: Office) -> int:
    """How many messages are through."""
    async with office.pool.acquire() as db:
        count: int = await db.fetchval(_finished)
    return count


async def _copy(office: Office) -> float:
    """Seconds that COPY takes for the results there are, from a file in its own format."""
    with tempfile.TemporaryDirectory(prefix="banyan-bench-") as folder:
        file = Path(folder) / "results"
        async with office.pool.acquire() as db:
            await db.execute(_copied)
            await db.copy_from_table(
                "deliveries", schema_name="broadcasts", output=file, format="binary"
            )
            await db.execute("checkpoint")
            start = time.perf_counter()
            await db.copy_to_table("copied", schema_name="broadcasts", source=file, format="binary")
            return time.perf_counter() - start


async def _prove(office: Office, count: int) -> None:
    """Every follower has one result of each message, and nobody got more than four."""
    async with office.pool.acquire() as db:
        rows = await db.fetch(_count)
        most = await db.fetchval(_most)
        for invariant in ROOM.invariants:
            assert not await db.fetch(invariant.sql), invariant.name
    reached = count - count // _BLOCKED_OF
    assert [row[1] for row in rows] == [count] * (_MONTHLY + 1)
    assert [row[2] for row in rows] == [count] * (_MONTHLY + 1)
    assert most == _MONTHLY
    assert sum(row["delivered"] for row in rows) == reached * _MONTHLY
    assert sum(row["over"] for row in rows) == reached
