"""Segments are saved, changed and counted by what members did."""

from datetime import timedelta

import pytest

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.ids import Id
from banyan.commerce.campaigns import (
    ChangeSegment,
    CreateSegment,
    DeleteSegment,
    ListSegments,
    PreviewSegment,
    SegmentRules,
    audience,
    change_segment,
    create_segment,
    delete_segment,
    list_segments,
    preview_segment,
)
from banyan.commerce.campaigns.audience import list_audience
from banyan.commerce.members import NewMember, ensure_members
from banyan.parties.staff import Role
from tests.kit.loyalty import (
    add_crowd,
    claim,
    join,
    join_crowd,
    offer,
    segment,
    storm_of_claims,
)
from tests.kit.sales import buy, fill_wallet, open_busy_shop
from tests.kit.world import World


async def count(world: World, **rules: object) -> int:
    query = PreviewSegment(
        merchant_id=world.merchant_id,
        rules=SegmentRules(**rules),  # type: ignore[arg-type]
    )
    return (await world.office.run(preview_segment, query, world.owner)).members_count


async def test_members_are_counted_by_what_they_did(world: World) -> None:
    shop = await open_busy_shop(world)
    for name in ("lin", "wu", "chen"):
        await join(world, name)
    await fill_wallet(world, "wu", 10_000)
    await buy(world, "lin", shop, {shop.oolong: 3})
    await buy(world, "lin", shop, {shop.oolong: 1})
    await world.advance(timedelta(days=20))
    await buy(world, "wu", shop, {shop.oolong: 1})
    await world.settle()
    assert await count(world) == 3
    assert await count(world, orders_min=1) == 2
    assert await count(world, orders_max=0) == 1
    assert await count(world, orders_min=2, orders_max=2) == 1
    assert await count(world, spent_min_fen=7200) == 1
    assert await count(world, spent_min_fen=7201) == 0
    assert await count(world, spent_max_fen=1800) == 2
    assert await count(world, idle_days_min=10) == 1
    assert await count(world, idle_days_max=10) == 1
    assert await count(world, idle_days_min=10, orders_max=1) == 0
    assert await count(world, member_days_min=15) == 3
    assert await count(world, member_days_max=15) == 0
    assert await count(world, tier_nos=[1]) == 3
    assert await count(world, tier_nos=[2, 3]) == 0


async def test_members_are_counted_by_the_coupons_they_hold(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience, "_count_at_once", 4)
    await world.merchant()
    crowd = await add_crowd(world, 10)
    await join_crowd(world, crowd)
    campaign, other = await offer(world), await offer(world)
    await storm_of_claims(world, campaign, crowd[:6])
    assert await count(world, has_coupon=True) == 6
    assert await count(world, has_coupon=False) == 4
    one = {"coupon_campaign_id": campaign.campaign_id}
    assert await count(world, has_coupon=True, **one) == 6
    assert await count(world, has_coupon=True, coupon_campaign_id=other.campaign_id) == 0
    assert await count(world, has_coupon=False, coupon_campaign_id=other.campaign_id) == 10
    await world.office.set_clock(campaign.valid_until)
    assert await count(world, has_coupon=True) == 0


async def test_members_are_counted_by_the_code_that_brought_them(world: World) -> None:
    await world.merchant()
    crowd = await add_crowd(world, 4)
    async with world.office.begin() as work:
        await ensure_members(
            work,
            [
                NewMember(
                    merchant_id=int(world.merchant_id),
                    person_id=one.person_id,
                    code_id=code_id,
                    joined_at=work.now,
                )
                for one, code_id in zip(crowd, (0, 71, 71, 72), strict=True)
            ],
        )
    assert await count(world, joined_code_ids=[Id(71)]) == 2
    assert await count(world, joined_code_ids=[Id(71), Id(72)]) == 3


async def test_parts_of_an_audience_make_up_the_whole(world: World) -> None:
    await world.merchant()
    members = await join_crowd(world, await add_crowd(world, 11))
    seen, cursor, is_last = [], 0, False
    async with world.office.begin() as work:
        while not is_last:
            part = await list_audience(
                work.db,
                world.merchant_id,
                SegmentRules(),
                work.now,
                after=cursor,
                limit=4,
            )
            seen += part.members
            cursor, is_last = part.cursor, part.is_last
    assert seen == sorted((one.member_id, one.person_id) for one in members)


async def test_a_segment_is_saved_changed_listed_and_forgotten(world: World) -> None:
    await world.merchant()
    rules = SegmentRules(idle_days_min=30, joined_code_ids=[Id(7)])
    sleepy = await segment(world, "沉睡的", rules)
    await segment(world, "新来的", SegmentRules(orders_max=0))
    with pytest.raises(Refusal, match="name_taken"):
        await segment(world, "沉睡的", SegmentRules())
    page = await world.office.run(
        list_segments, ListSegments(merchant_id=world.merchant_id), world.owner
    )
    assert [one.name for one in page.items] == ["新来的", "沉睡的"]
    assert page.items[1] == sleepy
    change = ChangeSegment(
        merchant_id=world.merchant_id, segment_id=sleepy.segment_id, name="新来的"
    )
    with pytest.raises(Refusal, match="name_taken"):
        await world.office.run(change_segment, change, world.owner)
    change = ChangeSegment(
        merchant_id=world.merchant_id,
        segment_id=sleepy.segment_id,
        rules=SegmentRules(idle_days_min=60),
    )
    changed = await world.office.run(change_segment, change, world.owner)
    assert (changed.name, changed.rules.idle_days_min) == ("沉睡的", 60)
    delete = DeleteSegment(merchant_id=world.merchant_id, segment_id=sleepy.segment_id)
    await world.office.run(delete_segment, delete, world.owner)
    with pytest.raises(NotFound, match="segment_not_found"):
        await world.office.run(delete_segment, delete, world.owner)


async def test_nonsense_strangers_and_clerks_save_nothing(world: World) -> None:
    await world.merchant()
    bad = SegmentRules(orders_min=2, orders_max=1)
    with pytest.raises(Invalid, match="span_empty"):
        await segment(world, "无", bad)
    with pytest.raises(Invalid, match="span_empty"):
        await count(world, orders_min=2, orders_max=1)
    command = CreateSegment(merchant_id=world.merchant_id, name="全部", rules=SegmentRules())
    hao = await world.staff("hao", Role.CASHIER)
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await world.office.run(create_segment, command, hao)
    chen = await world.person("chen")
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(create_segment, command, chen)
    await claim_nothing(world)


async def claim_nothing(world: World) -> None:
    """A member of one shop is in no segment of another."""
    await join(world, "lin")
    await claim(world, "lin", await offer(world))
    there = await world.merchant("别家", owner="wu")
    query = PreviewSegment(merchant_id=there, rules=SegmentRules(has_coupon=True))
    seen = await world.office.run(preview_segment, query, world.as_person("wu"))
    assert seen.members_count == 0
