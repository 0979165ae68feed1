"""Merchants see their members masked, people see their own cards, nobody sees anybody else's."""

import pytest

from banyan.base import json
from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.ids import Id
from banyan.commerce.members import (
    ListMembers,
    ListMyCards,
    MemberFilter,
    MemberId,
    NewTier,
    ReadMember,
    ReadMyCard,
    SetTiers,
    count_matching,
    list_matching,
    list_members,
    list_my_cards,
    read_member,
    read_my_card,
    set_tiers,
)
from banyan.commerce.members.join_member import JoinMember, join_member
from banyan.parties.audit import ListAudit, list_audit
from banyan.parties.staff import Role
from tests.kit.loyalty import add_crowd, follow_as, join, join_crowd, open_channel
from tests.kit.parties import PHONES
from tests.kit.sales import buy, open_busy_shop
from tests.kit.world import World


async def test_a_merchant_finds_a_member_by_phone_and_sees_it_masked(world: World) -> None:
    await world.merchant()
    lin = await join(world, "lin")
    await join(world, "wu")
    hao = await world.staff("hao", Role.CASHIER)
    query = ListMembers(merchant_id=world.merchant_id, phone="138 0000 0001")
    (found,) = (await world.office.run(list_members, query, hao)).items
    assert found.member_id == lin.member_id
    assert (found.nickname, found.masked_phone) == ("Lin", "+86138****0001")
    answer = json.encode(found).decode()
    assert PHONES["lin"] not in answer
    assert str(world.as_person("lin").person_id) not in answer
    nobody = ListMembers(merchant_id=world.merchant_id, phone="13899999999")
    assert (await world.office.run(list_members, nobody, hao)).items == []
    bad = ListMembers(merchant_id=world.merchant_id, phone="12345")
    with pytest.raises(Invalid, match="phone_malformed"):
        await world.office.run(list_members, bad, hao)


async def test_a_member_is_known_by_the_openid_of_the_main_account(world: World) -> None:
    await world.merchant()
    lin = await join(world, "lin")
    query = ReadMember(merchant_id=world.merchant_id, member_id=lin.member_id)
    assert (await world.office.run(read_member, query, world.owner)).openid is None
    channel = await open_channel(world)
    await follow_as(world, world.as_person("lin"), channel.channel_id)
    openid = (await world.office.run(read_member, query, world.owner)).openid
    assert openid is not None
    assert len(openid) == 28


async def test_members_are_listed_newest_first_page_by_page(world: World) -> None:
    await world.merchant()
    members = await join_crowd(world, await add_crowd(world, 5))
    seen: list[MemberId] = []
    cursor = None
    for _ in range(3):
        query = ListMembers(merchant_id=world.merchant_id, limit=2, cursor=cursor)
        page = await world.office.run(list_members, query, world.owner)
        seen += [one.member_id for one in page.items]
        cursor = page.next_cursor
    assert seen == sorted((one.member_id for one in members), reverse=True)
    assert cursor is None


async def test_members_are_listed_and_matched_by_tier(world: World) -> None:
    shop = await open_busy_shop(world)
    tiers = [NewTier(name="会员", threshold_fen=0), NewTier(name="银卡", threshold_fen=1800)]
    command = SetTiers(merchant_id=world.merchant_id, tiers=tiers)
    await world.office.run(set_tiers, command, world.owner)
    lin = await join(world, "lin")
    wu = await join(world, "wu")
    await buy(world, "lin", shop, {shop.oolong: 1})
    await world.settle()
    for tier_no, expected in ((1, [wu]), (2, [lin]), (3, [])):
        query = ListMembers(merchant_id=world.merchant_id, tier_no=tier_no)
        page = await world.office.run(list_members, query, world.owner)
        assert [one.member_id for one in page.items] == [one.member_id for one in expected]
        assert [one.tier_no for one in page.items] == [tier_no] * len(expected)
        async with world.office.begin() as work:
            rules = MemberFilter(tier_nos=[tier_no])
            assert await count_matching(work.db, world.merchant_id, rules) == len(expected)
            matched = await list_matching(work.db, world.merchant_id, rules, after=0, limit=9)
        assert [one[0] for one in matched] == [one.member_id for one in expected]


async def test_rewriting_tiers_moves_everybody_at_once_and_is_audited(world: World) -> None:
    shop = await open_busy_shop(world)
    await join(world, "lin")
    await buy(world, "lin", shop, {shop.oolong: 1})
    await world.settle()
    start = await world.mark()
    tiers = [NewTier(name="会员", threshold_fen=0), NewTier(name="常客", threshold_fen=1000)]
    command = SetTiers(merchant_id=world.merchant_id, tiers=tiers)
    await world.office.run(set_tiers, command, world.owner)
    await world.office.run(set_tiers, command, world.owner)
    assert await world.events(start) == ["members.tiers_set"]
    query = ReadMyCard(merchant_id=world.merchant_id)
    mine = await world.office.run(read_my_card, query, world.as_person("lin"))
    assert mine.tier_name == "常客"
    entries = await world.office.run(
        list_audit, ListAudit(merchant_id=world.merchant_id, limit=100), world.owner
    )
    assert [one.subject for one in entries.items].count("members.tiers") == 1
    wrong = [*tiers, NewTier(name="x", threshold_fen=5)]
    bad = SetTiers(merchant_id=world.merchant_id, tiers=wrong)
    with pytest.raises(Invalid, match="not_ascending"):
        await world.office.run(set_tiers, bad, world.owner)


async def test_cards_of_all_shops_are_one_list_and_only_ones_own(world: World) -> None:
    await world.merchant()
    await join(world, "lin")
    there = await world.merchant("别家", owner="wu")
    lin = world.as_person("lin")
    await world.office.run(join_member, JoinMember(merchant_id=there), lin)
    cards = (await world.office.run(list_my_cards, ListMyCards(), lin)).items
    assert [one.merchant_name for one in cards] == ["别家", "榕树茶馆"]
    chen = await world.person("chen")
    assert (await world.office.run(list_my_cards, ListMyCards(), chen)).items == []
    with pytest.raises(NotFound, match=r"members\.not_found"):
        await world.office.run(read_my_card, ReadMyCard(merchant_id=there), chen)


async def test_strangers_and_other_merchants_see_no_member(world: World) -> None:
    await world.merchant()
    lin = await join(world, "lin")
    await world.merchant("别家", owner="wu")
    wu = world.as_person("wu")
    query = ReadMember(merchant_id=world.merchant_id, member_id=lin.member_id)
    with pytest.raises(NotFound, match=r"merchants\.not_found"):
        await world.office.run(read_member, query, wu)
    (theirs,) = wu.grants
    stolen = ReadMember(merchant_id=type(world.merchant_id)(theirs), member_id=lin.member_id)
    with pytest.raises(NotFound, match=r"members\.not_found"):
        await world.office.run(read_member, stolen, wu)
    clerk = await world.staff("hao", Role.CASHIER)
    tiers = SetTiers(merchant_id=world.merchant_id, tiers=[NewTier(name="会员", threshold_fen=0)])
    with pytest.raises(Refusal, match=r"access\.forbidden"):
        await world.office.run(set_tiers, tiers, clerk)
    assert Id(lin.member_id)
