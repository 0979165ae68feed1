"""Followers and codes in the console: filtered, tagged by the handful, remarked, blocked, made."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image

from banyan.reach.channels import Channel, ensure_openids
from tests.kit.loyalty import add_crowd, follow_crowd, open_channel
from tests.kit.pages import open_browser
from tests.kit.world import World


async def set_up(world: World) -> tuple[Channel, list[str]]:
    """An account with four followers."""
    await world.merchant()
    channel = await open_channel(world)
    crowd = await add_crowd(world, 4)
    await follow_crowd(world, crowd, channel.channel_id)
    async with world.office.begin() as work:
        openids = await ensure_openids(work, channel.channel_id, [one.person_id for one in crowd])
    return channel, sorted(openids.values())


async def test_followers_are_tagged_by_the_handful_and_found_by_tag(world: World) -> None:
    channel, openids = await set_up(world)
    home = f"/console/channel/{channel.channel_id:d}"
    async with open_browser(world, "mei") as mei:
        await mei.open(f"{home}/tags")
        await mei.send(f"{home}/tags", name="常客", idempotency_key=mei.key)
        assert "常客" in mei.page.text
        await mei.send(f"{home}/tags", {"name": "十" * 11}, status=422)
        assert "30 字节" in mei.page.text
        await mei.send(f"{home}/followers/tagged", {"chosen": openids[:2], "tag_id": "100"})
        await mei.open(f"{home}/followers?tag=100")
        assert [one in mei.page.text for one in openids] == [True, True, False, False]
        await mei.send(f"{home}/followers/untagged", {"chosen": openids[:1], "tag_id": "100"})
        await mei.open(f"{home}/followers?tag=100")
        assert [one in mei.page.text for one in openids] == [False, True, False, False]
        await mei.send(f"{home}/followers/tagged", {"chosen": openids[:1]})
        assert "请先选择标签。" in mei.page.text
        await mei.send(f"{home}/followers/{openids[0]}", remark="穿红衣服的")
        assert "穿红衣服的" in mei.page.text
        await mei.send(f"{home}/followers/{openids[0]}", {"remark": "长" * 30}, status=422)
        await mei.send(f"{home}/followers/blocked", {"chosen": openids[3:]})
        await mei.open(f"{home}/followers?tag=1")
        assert [one in mei.page.text for one in openids] == [False, False, False, True]
        await mei.send(f"{home}/followers/unblocked", {"chosen": openids[3:]})
        await mei.send(f"{home}/tags/100", name="熟客")
        assert "熟客" in mei.page.text
        await mei.send(f"{home}/tags/100/delete")
        assert "熟客" not in mei.page.text
        await mei.open(f"{home}/followers/{'o' * 28}", status=404)


async def test_codes_are_made_shown_and_downloaded(world: World) -> None:
    channel, _ = await set_up(world)
    home = f"/console/channel/{channel.channel_id:d}/codes"
    async with open_browser(world, "mei") as mei:
        await mei.open(home)
        await mei.send(home, name="Poster B", scene="42", days="", idempotency_key=mei.key)
        assert mei.path.startswith(f"{home}/")
        made = mei.path
        for kind in ("png", "jpg"):
            await mei.open(f"{made}/picture/{kind}")
            (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(mei.page.content)))
            assert "/q/" in code.text
        await mei.open(f"{made}/picture/svg")
        await mei.open(f"{made}/picture/gif", status=404)
        await mei.open(home)
        assert "Poster B" in mei.page.text
        for wrong in ({"scene": ""}, {"scene": "x", "days": "31"}, {"scene": "1" * 10}):
            await mei.send(home, wrong, status=422)
