"""Where a coupon is told, and where it leads: a message, the card, and the shelf to use it at."""

import re

from banyan.commerce.campaigns import SegmentRules
from banyan.commerce.stores import OpenStore, open_store
from tests.kit import loyalty, sales
from tests.kit.pages import open_browser
from tests.kit.scene import set_scene
from tests.kit.world import World


async def test_a_message_shows_the_coupon_that_came_with_it(world: World) -> None:
    scene = await set_scene(world)
    async with open_browser(world, "lin") as lin:
        await lin.open(scene.door_path)
        await lin.send(f"{scene.href}/arrive")
        await world.settle()
        everybody = await loyalty.segment(world, "Everybody", SegmentRules())
        gift = await loyalty.offer(world, "回头券", budget=5, is_claimable=False)
        await loyalty.invite(world, everybody, title="只是问候")
        await world.settle()
        conversation = f"/inbox/{scene.channel.channel_id:d}"
        await lin.open(conversation)
        assert "coupon-usable" not in lin.page.text
        await loyalty.invite(world, everybody, coupon=gift)
        await world.settle()
        await lin.open(conversation)
        assert lin.page.text.count("coupon-usable") == 1
        told = lin.words.partition("给你留了一张券")[2]
        for words in ("回头券", "¥5", "满 ¥30", "有效", "去使用"):
            assert words in told
        # A day is not torn apart at the end of a line.
        assert re.search(r'<span class="nowrap">\d+月\d+日 前有效</span>', lin.page.text)
        assert f'href="/shops/{world.merchant_id:d}"' in lin.page.text


async def test_a_coupon_leads_to_the_shelf_of_the_store_used_last(world: World) -> None:
    scene = await set_scene(world)
    shop, use = scene.shop, f"/shops/{scene.shop.merchant_id:d}"
    await world.person("lin")
    await sales.open_bank(world)
    await sales.fill_wallet(world, "lin", 20_000)
    async with open_browser(world, "lin") as lin:
        await lin.open(use)
        assert lin.path == scene.href
        second = OpenStore(merchant_id=shop.merchant_id, name="南门店")
        await world.office.run(open_store, second, world.owner)
        await lin.open(use)
        assert lin.path.startswith(f"/cards/{shop.merchant_id:d}")
        assert "南门店" in lin.words
        await lin.send(f"{scene.href}/arrive")
        await world.settle()
        await lin.open(f"/cards/{shop.merchant_id:d}")
        assert f'href="{use}"' in lin.page.text
        lin.client.cookies.delete("here")
        await sales.buy(world, "lin", shop, {shop.oolong: 1})
        await lin.open(use)
        assert lin.path == scene.href
