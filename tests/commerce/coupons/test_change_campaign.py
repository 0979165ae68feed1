"""Merchants begin, change and close campaigns; every change is in the audit."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.books.actor import NOBODY
from banyan.books.work import Connection
from banyan.commerce.coupons import (
    Campaign,
    ChangeCampaign,
    CloseCampaign,
    CouponKind,
    ListCampaigns,
    ListOffers,
    ListWelcomeOffers,
    change_campaign,
    close_campaign,
    list_campaigns,
    list_offers,
    list_welcome_offers,
    store,
)
from banyan.commerce.coupons.rules import WELCOME_MAX
from banyan.parties.audit import ListAudit, list_audit
from banyan.parties.merchants import MerchantId
from banyan.parties.staff import Role
from tests.kit.loyalty import claim, join, offer, report_on
from tests.kit.world import World


def change(campaign: Campaign, **facts: object) -> ChangeCampaign:
    given: dict[str, object] = {
        "merchant_id": MerchantId(campaign.merchant_id),
        "campaign_id": campaign.campaign_id,
    }
    return ChangeCampaign(**(given | facts))  # type: ignore[arg-type]


def close(campaign: Campaign) -> CloseCampaign:
    return CloseCampaign(
        merchant_id=MerchantId(campaign.merchant_id), campaign_id=campaign.campaign_id
    )


async def audited(world: World) -> list[str]:
    query = ListAudit(merchant_id=world.merchant_id, limit=100)
    page = await world.office.run(list_audit, query, world.owner)
    return [one.subject for one in page.items if one.subject.startswith("coupons.")]


async def test_a_new_campaign_has_a_full_pool(world: World) -> None:
    await world.merchant()
    start = await world.mark()
    campaign = await offer(world, budget=30)
    report = await report_on(world, campaign.campaign_id)
    assert report.campaign == campaign
    assert (report.counts.left, report.counts.claimed, report.redeemed_order_fen) == (30, 0, 0)
    assert await world.events(start) == ["coupons.campaign_created"]
    assert await audited(world) == ["coupons.campaign"]


async def test_the_budget_may_rise_and_the_end_move_on(world: World) -> None:
    await world.merchant()
    await join(world, "lin")
    campaign = await offer(world, budget=1, per_person_limit=5)
    await claim(world, "lin", campaign)
    with pytest.raises(Refusal, match="sold_out"):
        await claim(world, "lin", campaign)
    later = campaign.valid_until + timedelta(days=1)
    command = change(campaign, budget=3, valid_until=later, name="加码", is_welcome=True)
    changed = await world.office.run(change_campaign, command, world.owner)
    assert (changed.budget, changed.valid_until, changed.name) == (3, later, "加码")
    assert changed.is_welcome
    assert (await claim(world, "lin", campaign)).expires_at == later
    assert (await report_on(world, campaign.campaign_id)).counts.left == 1
    assert len(await audited(world)) == 2


async def test_what_was_promised_is_not_taken_back(world: World) -> None:
    await world.merchant()
    campaign = await offer(world, budget=10)
    start = await world.mark()
    for command, code in (
        (change(campaign, budget=9), "budget_only_rises"),
        (change(campaign, valid_until=campaign.valid_until - timedelta(1)), "end_only_later"),
    ):
        with pytest.raises(Refusal, match=code):
            await world.office.run(change_campaign, command, world.owner)
    unchanged = await world.office.run(change_campaign, change(campaign, budget=10), world.owner)
    assert unchanged == campaign
    assert await world.events(start) == []
    assert len(await audited(world)) == 1


async def test_a_closed_campaign_stays_closed_and_its_coupons_good(world: World) -> None:
    await world.merchant()
    await join(world, "lin")
    campaign = await offer(world)
    coupon = await claim(world, "lin", campaign)
    closed = await world.office.run(close_campaign, close(campaign), world.owner)
    assert closed.closed_at is not None
    with pytest.raises(Refusal, match="campaign_closed"):
        await world.office.run(close_campaign, close(campaign), world.owner)
    with pytest.raises(Refusal, match="campaign_closed"):
        await world.office.run(change_campaign, change(campaign, budget=500), world.owner)
    counts = (await report_on(world, campaign.campaign_id)).counts
    assert counts.held == 1
    await world.advance(coupon.expires_at - world.now)
    assert (await report_on(world, campaign.campaign_id)).counts.expired == 1


async def test_nonsense_is_refused(world: World) -> None:
    await world.merchant()
    start = await world.mark()
    for facts, code in (
        ({"percent_bp": 100}, "terms_mixed"),
        ({"amount_off_fen": 0}, "terms_worthless"),
        ({"kind": CouponKind.PERCENT_OFF}, "terms_worthless"),
        ({"valid_from": world.now + timedelta(days=40)}, "window_empty"),
        ({"valid_until": world.now + timedelta(days=9_000)}, "window_too_far"),
        (
            {
                "valid_from": world.now - timedelta(days=2),
                "valid_until": world.now - timedelta(days=1),
            },
            "window_past",
        ),
    ):
        with pytest.raises(Invalid, match=code):
            await offer(world, **facts)
    assert await world.events(start) == []


async def test_strangers_find_nothing_and_clerks_may_not_write(world: World) -> None:
    await world.merchant()
    campaign = await offer(world)
    await world.person("chen")
    hao = await world.staff("hao", Role.CASHIER)
    for actor, error in ((world.as_person("chen"), NotFound), (hao, Refusal)):
        with pytest.raises(error):
            await world.office.run(close_campaign, close(campaign), actor)
    await world.merchant("别家", owner="wu")
    theirs = CloseCampaign(merchant_id=world.merchant_id, campaign_id=campaign.campaign_id)
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(close_campaign, theirs, world.as_person("wu"))
    (mine,) = world.as_person("wu").grants
    stolen = CloseCampaign(merchant_id=MerchantId(mine), campaign_id=campaign.campaign_id)
    with pytest.raises(NotFound, match=r"coupons\.campaign_not_found"):
        await world.office.run(close_campaign, stolen, world.as_person("wu"))


async def test_campaigns_and_offers_are_listed_page_by_page(world: World) -> None:
    await world.merchant()
    for number in range(5):
        await offer(world, f"券 {number}", is_claimable=number != 3)
    names, cursor = [], None
    for _ in range(3):
        query = ListCampaigns(merchant_id=world.merchant_id, limit=2, cursor=cursor)
        page = await world.office.run(list_campaigns, query, world.owner)
        names += [one.campaign.name for one in page.items]
        cursor = page.next_cursor
    assert names == ["券 4", "券 3", "券 2", "券 1", "券 0"]
    assert cursor is None
    await world.person("wu")
    offers = ListOffers(merchant_id=world.merchant_id)
    shown = await world.office.run(list_offers, offers, world.as_person("wu"))
    assert [one.name for one in shown.items] == ["券 4", "券 2", "券 1", "券 0"]
    assert {one.left for one in shown.items} == {100}


async def test_only_so_many_campaigns_welcome_whoever_joins(world: World) -> None:
    await world.merchant()
    campaigns = [await offer(world, f"礼 {i}", is_welcome=True) for i in range(WELCOME_MAX)]
    plain = await offer(world, "不是见面礼")
    with pytest.raises(Refusal, match=r"coupons\.too_many_welcome"):
        await offer(world, "多一个", is_welcome=True)
    with pytest.raises(Refusal, match=r"coupons\.too_many_welcome"):
        await world.office.run(change_campaign, change(plain, is_welcome=True), world.owner)
    query = ListWelcomeOffers(merchant_id=world.merchant_id)
    offers = await world.office.run(list_welcome_offers, query, world.owner)
    assert [one.campaign_id for one in offers.items] == [one.campaign_id for one in campaigns]
    await world.office.run(close_campaign, close(campaigns[0]), world.owner)
    await world.office.run(change_campaign, change(plain, is_welcome=True), world.owner)


async def test_rivals_for_the_last_place_of_a_welcome_are_counted_one_by_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.merchant()
    plain = [await offer(world, f"券 {number}") for number in range(3)]
    for number in range(WELCOME_MAX - 1):
        await offer(world, f"礼 {number}", is_welcome=True)
    list_welcome = store.list_welcome

    async def hesitate(
        db: Connection, merchant_ids: Sequence[int], now: datetime, limit: int
    ) -> list[Campaign]:
        found = await list_welcome(db, merchant_ids, now, limit)
        await asyncio.sleep(0.1)  # so that all have counted before the first is done
        return found

    monkeypatch.setattr(store, "list_welcome", hesitate)
    told = await asyncio.gather(
        *(offer(world, f"新 {number}", is_welcome=True) for number in range(3)),
        *(
            world.office.run(change_campaign, change(one, is_welcome=True), world.owner)
            for one in plain
        ),
        return_exceptions=True,
    )
    refused = [one for one in told if isinstance(one, Refusal)]
    assert {one.code for one in refused} == {"coupons.too_many_welcome"}
    assert [isinstance(one, Campaign) for one in told].count(True) == 1
    assert len(refused) == len(told) - 1


async def test_a_welcome_that_was_over_counts_when_it_begins_again(world: World) -> None:
    await world.merchant()
    soon = world.now + timedelta(days=1)
    over = await offer(world, "旧礼", is_welcome=True, valid_until=soon)
    await world.advance(timedelta(days=2))
    for number in range(WELCOME_MAX):
        await offer(world, f"礼 {number}", is_welcome=True)
    later = change(over, valid_until=world.now + timedelta(days=5))
    with pytest.raises(Refusal, match=r"coupons\.too_many_welcome"):
        await world.office.run(change_campaign, later, world.owner)
    await world.office.run(change_campaign, change(over, name="旧"), world.owner)


async def test_who_does_not_exist_offers_nothing_and_is_not_found(world: World) -> None:
    stranger = MerchantId(77)
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(list_offers, ListOffers(merchant_id=stranger), NOBODY)
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(list_welcome_offers, ListWelcomeOffers(merchant_id=stranger), NOBODY)
