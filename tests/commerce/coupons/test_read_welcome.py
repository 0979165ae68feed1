"""What a shop promises to whoever joins, told to anybody before they do."""

from datetime import timedelta

from banyan.books.actor import NOBODY
from banyan.commerce.coupons import ListWelcomeOffers, list_welcome_offers
from banyan.parties.merchants import ListPublicMerchants, MerchantId, list_public_merchants
from tests.kit import loyalty
from tests.kit.world import World


async def promised(world: World) -> list[str]:
    """The names of the coupons that a stranger would be given."""
    query = ListWelcomeOffers(merchant_id=world.merchant_id)
    page = await world.office.run(list_welcome_offers, query, NOBODY)
    return [one.name for one in page.items]


async def test_only_what_is_given_now_is_promised(world: World) -> None:
    await world.merchant()
    await loyalty.offer(world, "见面礼", is_welcome=True, is_claimable=False)
    await loyalty.offer(world, "人人可领")
    await loyalty.offer(
        world, "下月见面礼", is_welcome=True, valid_from=world.now + timedelta(days=9)
    )
    last = await loyalty.offer(world, "最后一张", is_welcome=True, budget=1)
    assert await promised(world) == ["见面礼", "最后一张"]
    await loyalty.join(world, "lin")
    await world.settle()
    assert (await loyalty.report_on(world, last.campaign_id)).counts.left == 0
    assert await promised(world) == ["见面礼"]
    await world.advance(timedelta(days=31))
    assert await promised(world) == []


async def test_anybody_may_know_a_merchants_name(world: World) -> None:
    tea = await world.merchant()
    noodles = await world.merchant("南门牛肉面", owner="wu")
    query = ListPublicMerchants(merchant_ids=[noodles, MerchantId(5), tea, noodles])
    page = await world.office.run(list_public_merchants, query, NOBODY)
    assert [one.name for one in page.items] == ["南门牛肉面", "榕树茶馆"]
